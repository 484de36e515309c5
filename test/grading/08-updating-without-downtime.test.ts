import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('08-updating-without-downtime')
