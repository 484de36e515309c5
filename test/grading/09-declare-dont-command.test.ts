import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('09-declare-dont-command')
