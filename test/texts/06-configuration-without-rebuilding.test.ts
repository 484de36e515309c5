import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('06-configuration-without-rebuilding')
