import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('10-from-borg-to-everywhere')
