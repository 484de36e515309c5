import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('02-a-server-you-can-run-twice')
