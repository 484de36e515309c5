import { suiteOfText } from './suite-of-text.ts'

await suiteOfText('02-a-server-you-can-run-twice', { ports: [3000, 4001, 4002] })
