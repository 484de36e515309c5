import { suiteOfLesson } from './suite-of-lesson.ts'

await suiteOfLesson('03-your-first-deployment')
