import { listenerOn } from './free-port.ts'
import type { Probe } from './live.ts'
import { missed, type Outcome, passed, Settled, untried } from './outcome.ts'
import { DEFAULT_PORT, withServers } from './servers.ts'

const TAKEN = `not tried: port ${DEFAULT_PORT} of this machine is in use by another program`

/** A learner's server that is given no PORT listens on 3000. Not tried where another program has that port. */
export function defaultPort(file: string): Probe {
  return async (live): Promise<Outcome> => {
    if ((await listenerOn(DEFAULT_PORT)) !== undefined) return untried(TAKEN)
    try {
      return await withServers(live, file, [{ withoutPort: DEFAULT_PORT }], async ([server]) => {
        const reply = await server?.ask('/')
        if (server && reply?.kind === 'answer') return passed(`it listens on ${DEFAULT_PORT}`)
        return missed('live-unanswered', { answered: 0, sent: 1 }, server?.program.evidence())
      })
    } catch (error) {
      // taken between the look and the start
      const lost = error instanceof Settled && 'evidence' in error.outcome && error.outcome.evidence?.join('\n')
      if (lost && new RegExp(`EADDRINUSE[^\\n]*:${DEFAULT_PORT}\\b`).test(lost)) return untried(TAKEN)
      throw error
    }
  }
}
