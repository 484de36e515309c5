import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('01-what-is-kubernetes')
