import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('04-one-door-to-many-pods')
