/**
 * `npm run bench`: each figure of the design beside its target, medians of several runs. `npm run bench memory` runs the parts
 * whose names begin so; `--runs N`; `--kubeconfig FILE` names the real cluster to compare with; `--json`.
 */
import { cpus, loadavg } from 'node:os'
import { minimist } from 'zx'
import { apiServer } from './api-server.ts'
import { staticFindings, wholeChecks } from './check.ts'
import { type Figure, isReached, table } from './figure.ts'
import { idleMemory } from './memory.ts'
import { realServer } from './real-server.ts'
import { findingsOfASave } from './save.ts'
import { startUp } from './start-up.ts'

interface Flags {
  readonly _: readonly string[]
  readonly runs?: string
  readonly kubeconfig?: string
  readonly json?: boolean
}

const flags = minimist(process.argv.slice(2), { string: ['runs', 'kubeconfig'], boolean: ['json'] }) as unknown as Flags
const runs = Number(flags.runs ?? 5)
const real = await realServer(flags.kubeconfig)
const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  start: () => startUp(runs),
  check: () => wholeChecks(runs),
  findings: () => staticFindings(runs),
  save: () => findingsOfASave(runs),
  memory: () => idleMemory(),
  api: () => apiServer(Math.min(runs, 3), real),
}

const wanted = Object.keys(parts).filter(
  (name) => flags._.length === 0 || flags._.some((word) => name.startsWith(word)),
)
const figures: Figure[] = []
for (const name of wanted) {
  console.error(`  measuring: ${name} …`)
  figures.push(...(await (parts[name] as () => Promise<readonly Figure[]>)()))
}
if (flags.json) console.log(JSON.stringify(figures, null, 2))
else {
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}`
  console.log(`\n${machine}; ${runs} runs\n\n${table(figures)}\n`)
  if (!real && wanted.includes('api')) console.log('No real API server answers here: its figures have no target.\n')
}
process.exit(figures.every(isReached) ? 0 : 1)
