import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('05-self-healing')
