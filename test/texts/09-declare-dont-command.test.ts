import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('09-declare-dont-command')
