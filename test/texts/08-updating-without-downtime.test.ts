import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('08-updating-without-downtime')
