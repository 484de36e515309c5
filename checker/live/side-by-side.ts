import type { Live, Probe } from './live.ts'
import { missed, type Outcome, passed } from './outcome.ts'
import type { Reply } from './reply.ts'
import { type Server, withServers } from './servers.ts'

interface Page {
  readonly status: number
  /** A text that each answer must have in it. */
  readonly contains?: string
}

/** What one copy answered at one page, and what is known of the copy at that moment. */
interface Heard {
  readonly what: string
  readonly port: number
  readonly replies: readonly Reply[]
  readonly evidence: readonly string[]
}

const COPIES = 2
/** A server that answers once and never again is noticed. */
const TIMES = 5

/**
 * Two copies of a learner's server on two free ports. They are started once for all checks of a run, and each page is asked several
 * times, one page after the other.
 */
export function sideBySide(
  file: string,
  pages: readonly string[],
): (path: string | readonly string[], page: Page) => Probe {
  // each check gets a Live of its own, with what was read of the learner's folder for all checks of a run
  const runs = new WeakMap<Live['manifests'], Promise<ReadonlyMap<string, readonly Heard[]>>>()
  const run = (live: Live) => {
    const known = runs.get(live.manifests) ?? askAll(live, file, pages)
    runs.set(live.manifests, known)
    return known
  }
  return (path, page) => async (live) => {
    const heard = await run(live)
    const outcomes = [path].flat().map((each) => judge(each, page, heard.get(each) ?? []))
    return outcomes.find(({ verdict }) => verdict !== 'passed') ?? (outcomes[0] as Outcome)
  }
}

function askAll(live: Live, file: string, pages: readonly string[]) {
  return withServers(live, file, Array(COPIES).fill({}), async (servers) => {
    const heard = new Map<string, readonly Heard[]>()
    for (const page of pages) heard.set(page, await Promise.all(servers.map((server) => askPage(server, page))))
    return heard
  })
}

async function askPage({ program, port, ask }: Server, page: string): Promise<Heard> {
  const replies: Reply[] = []
  while (replies.length < TIMES && replies.at(-1)?.kind !== 'failed') replies.push(await ask(page))
  return { what: program.what, port, replies, evidence: program.evidence() }
}

function judge(path: string, { status, contains }: Page, heard: readonly Heard[]): Outcome {
  for (const { what, replies, evidence } of heard) {
    const failed = replies.find((reply) => reply.kind === 'failed')
    if (failed) {
      const asked = `${what} was asked for ${path}: ${failed.detail}`
      return missed('live-unanswered', { answered: replies.length - 1, sent: replies.length }, [asked, ...evidence])
    }
    for (const reply of replies) {
      if (reply.kind === 'failed') continue
      const asked = [`asked: ${what}`]
      if (reply.status !== status)
        return missed('live-wrong-answer', { path, status: reply.status, wanted: status }, asked)
      if (contains !== undefined && !reply.text.includes(contains)) {
        const found = JSON.stringify(reply.text.slice(0, 80))
        return missed('live-text-missing', { path, found, wanted: JSON.stringify(contains) }, asked)
      }
    }
  }
  const ports = heard.map(({ port }) => port).join(' and ')
  return passed(`${heard.reduce((sum, { replies }) => sum + replies.length, 0)} answers, on ports ${ports}`)
}
