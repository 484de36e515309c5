import { listenerOn } from './free-port.ts'
import type { Live, Probe } from './live.ts'
import { missed, passed, untried } from './outcome.ts'
import type { Reply } from './reply.ts'
import { type Exit, exitText } from './server-process.ts'
import { withServers } from './servers.ts'
import { duration } from './waiting.ts'

interface PoliteEnd {
  /** A page whose answer takes a while, */
  readonly slow: string
  /** and a text that this answer has in it. */
  readonly says: string
  /** Seconds from the signal to the end. */
  readonly within: number
}

interface Farewell {
  /** What was being answered when SIGTERM came, and the same of a copy that got none. */
  readonly answered: Reply
  readonly undisturbed: Reply
  /** Still taking connections a moment after the signal. */
  readonly stillOpen: boolean
  readonly exit: Exit | undefined
  /** Milliseconds from the signal to the end. */
  readonly after: number
  readonly what: string
  readonly evidence: readonly string[]
}

/** The request has arrived by then, and is not answered yet. Milliseconds. */
const IN_THE_MIDDLE_MS = 300
/** A signal takes a moment. Milliseconds. */
const CLOSES_WITHIN_MS = 400
const NO_SIGNALS = 'not tried: Windows has no SIGTERM; in a container of a Linux node there is one'

/** What a server does between SIGTERM and its end, tried once for the three checks of a run. */
export function politeEnd(file: string, options: PoliteEnd) {
  // each check gets a Live of its own, with what was read of the learner's folder for all checks of a run
  const runs = new WeakMap<Live['manifests'], Promise<Farewell>>()
  const probe =
    (judge: (farewell: Farewell) => ReturnType<typeof passed>): Probe =>
    async (live) => {
      if (process.platform === 'win32') return untried(NO_SIGNALS)
      const run = runs.get(live.manifests) ?? sayGoodbye(live, file, options)
      runs.set(live.manifests, run)
      return judge(await run)
    }
  return {
    answersWhole: probe(({ answered, undisturbed, what, evidence }) => {
      // an answer that is out before the signal proves nothing
      if (undisturbed.kind === 'answer' && undisturbed.ms < IN_THE_MIDDLE_MS)
        return missed('program-not-slow', { path: options.slow, after: duration(undisturbed.ms) })
      if (undisturbed.kind === 'answer' && !undisturbed.text.includes(options.says)) {
        const found = JSON.stringify(undisturbed.text.slice(0, 80))
        return missed('live-text-missing', { path: options.slow, found, wanted: JSON.stringify(options.says) })
      }
      const page = `the answer to ${options.slow}`
      if (answered.kind === 'failed')
        return missed('program-cut-off', { what: page }, [`${what}: ${answered.detail}`, ...evidence])
      if (
        undisturbed.kind === 'answer' &&
        (answered.status !== undisturbed.status || (undisturbed.text !== '' && answered.text === ''))
      )
        return missed('program-cut-off', { what: page }, [
          `status ${answered.status}, ${JSON.stringify(answered.text.slice(0, 80))}`,
        ])
      return passed(`${JSON.stringify(answered.text.slice(0, 40))}, ${duration(answered.ms)} after it was asked`)
    }),
    takesNobody: probe(({ stillOpen, what, evidence }) =>
      stillOpen ? missed('program-still-open', { what }, evidence) : passed('refused'),
    ),
    endsItself: probe(({ exit, after, what, evidence }) => {
      if (!exit) return missed('program-still-runs', { what, after: duration(after) }, evidence)
      if (exit.code !== 0)
        return missed('program-exit', { what, found: exitText(exit), wanted: 'exit code 0' }, evidence)
      return passed(`exit code 0, ${duration(after)} after SIGTERM`)
    }),
  }
}

function sayGoodbye(live: Live, file: string, { slow, within }: PoliteEnd): Promise<Farewell> {
  const { waiting } = live
  return withServers(live, file, [{}, {}], async ([polite, other]) => {
    if (!polite || !other) throw new RangeError('two copies were started')
    const how = { timeoutMs: within * 1000 + 2_000 }
    const asked = Promise.all([polite.ask(slow, how), other.ask(slow, how)])
    await waiting.pass(`${slow} is being answered`, IN_THE_MIDDLE_MS)
    polite.program.signal('SIGTERM')
    const start = waiting.clock.now()
    const closed = await waiting.until(
      'no new connection is accepted',
      async () => ((await listenerOn(polite.port)) === undefined ? true : undefined),
      CLOSES_WITHIN_MS,
    )
    const end = waiting.until('it ends', async () => polite.program.exit, within * 1000 - waiting.since(start))
    const exit = await end
    const after = waiting.since(start)
    if (!exit) await polite.program.kill()
    const [answered, undisturbed] = await asked
    const { what } = polite.program
    return { answered, undisturbed, stillOpen: !closed, exit, after, what, evidence: polite.program.evidence() }
  })
}
