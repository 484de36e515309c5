import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('06-configuration-without-rebuilding')
