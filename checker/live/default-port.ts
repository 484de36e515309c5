import type { Probe } from './live.ts'
import { missed, type Outcome, passed } from './outcome.ts'
import { DEFAULT_PORT, withServers } from './servers.ts'

/** A learner's server that is given no PORT asks for 3000, and answers there. It gets another one, so 3000 need not be free. */
export function defaultPort(file: string): Probe {
  return (live): Promise<Outcome> =>
    withServers(live, file, [{ withoutPort: DEFAULT_PORT }], async ([server]) => {
      const reply = await server?.ask('/')
      if (server && reply?.kind === 'answer') return passed(`it listens on ${DEFAULT_PORT}`)
      return missed('live-unanswered', { answered: 0, sent: 1 }, server?.program.evidence())
    })
}
