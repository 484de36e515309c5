/** What Node runs for the sandboxed shell: `launch SCRIPT CODE_CACHE BASE ARGV…`. */
import { compiledScript } from './compiled-script.ts'

const [script = '', codeCache = ''] = process.argv.splice(2, 2)
compiledScript(script, codeCache).run()
