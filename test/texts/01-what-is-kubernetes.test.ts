import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('01-what-is-kubernetes')
