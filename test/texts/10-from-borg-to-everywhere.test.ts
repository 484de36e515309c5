import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('10-from-borg-to-everywhere')
