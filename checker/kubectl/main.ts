/** The entry of the bundle that stands in for kubectl. */
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2))
