import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('07-scaling')
