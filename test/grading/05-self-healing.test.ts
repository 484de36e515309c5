import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('05-self-healing')
