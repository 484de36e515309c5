import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('03-your-first-deployment')
