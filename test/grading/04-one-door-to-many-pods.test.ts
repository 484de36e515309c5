import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('04-one-door-to-many-pods')
