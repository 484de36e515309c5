import type { Probe } from './live.ts'
import { missed, passed } from './outcome.ts'
import { withServers } from './servers.ts'

interface Begins {
  readonly env: Readonly<Record<string, string>>
  /** What the answer to `/` must begin with. */
  readonly begins: string
}

/** Copies with different environments run side by side, and the answer of each begins as asked. */
export function beginsWith(file: string, copies: readonly Begins[]): Probe {
  return (live) =>
    withServers(live, file, copies, async (servers) => {
      for (const [index, { program, ask }] of servers.entries()) {
        const wanted = copies[index]?.begins ?? ''
        const reply = await ask('/')
        if (reply.kind === 'failed') {
          const asked = `${program.what} was asked for /: ${reply.detail}`
          return missed('live-unanswered', { answered: 0, sent: 1 }, [asked, ...program.evidence()])
        }
        if (reply.status !== 200) {
          return missed('live-wrong-answer', { path: '/', status: reply.status, wanted: 200 }, [
            `asked: ${program.what}`,
          ])
        }
        if (!reply.text.startsWith(wanted)) {
          const found = JSON.stringify(reply.text.slice(0, 80))
          return missed('live-other-start', { path: '/', found, wanted: JSON.stringify(wanted) }, [
            `asked: ${program.what}`,
          ])
        }
      }
      return passed(copies.map(({ begins }) => JSON.stringify(begins)).join(', '))
    })
}
