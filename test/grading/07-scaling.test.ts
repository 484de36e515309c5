import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('07-scaling')
