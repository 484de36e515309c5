/** The practice cluster's process: `node main.js STATE_FOLDER VERSION`. Started by checker/practice, detached, its output a log. */
import { RealClock } from '../apimachinery/clock.ts'
import { Cluster } from './cluster.ts'
import { IdleWatch } from './idle-watch.ts'
import { takeLifeline } from './lifeline.ts'
import { log } from './log.ts'
import { StateFolder } from './state-folder.ts'

/** Nobody asks anything for this long: the cluster stops, its state kept. Milliseconds; tests set WORKBOOK_IDLE_MS. */
const IDLE_MS = Number(process.env.WORKBOOK_IDLE_MS ?? 2 * 60 * 60 * 1000)
/** A stop that takes longer is cut short. Milliseconds. */
const STOP_MS = 10_000
/** What a broken connection throws late, where nobody listens any more: no reason to end. */
const HARMLESS = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
  'ECANCELED',
])

const [root = '.cluster', version = ''] = process.argv.slice(2)
const state = new StateFolder(root)
state.create()

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: NodeJS.ErrnoException) => {
    log(`${event}: ${error?.stack ?? error}`)
    // The next command finds that the cluster has died, and starts it again with its state.
    if (!HARMLESS.has(error?.code ?? '')) process.exit(70)
  })
}

const lifeline = await takeLifeline(state.lifeline)
if (!lifeline) {
  log(`another process runs the cluster of ${state.root}`)
  process.exit(2)
}

let stopping = false
let idle: IdleWatch | undefined
const cluster = await Cluster.start({
  state,
  version,
  began: () => idle?.began() ?? (() => {}),
  shutdown: () => void stop(),
})
idle = new IdleWatch(new RealClock(), IDLE_MS, () => {
  log(`not used for ${IDLE_MS / 60_000} minutes`)
  void stop()
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
process.on('SIGHUP', () => {})
await cluster.startComponents()

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  log('stopping')
  idle?.stop()
  const late = setTimeout(() => {
    log(`not stopped after ${STOP_MS / 1000} s; ending at once`)
    state.removeProcess()
    process.exit(1)
  }, STOP_MS)
  await cluster.stop()
  clearTimeout(late)
  state.removeProcess()
  log('stopped')
  await lifeline?.release()
  process.exit(0)
}
