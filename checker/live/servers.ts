import { freePort, listenerOn } from './free-port.ts'
import type { Live } from './live.ts'
import { missed, Settled } from './outcome.ts'
import { type Ask, askUrl, type Reply } from './reply.ts'
import { exitText, ServerProcess } from './server-process.ts'
import { duration } from './waiting.ts'

/** A learner's program that listens. */
export interface Server {
  readonly program: ServerProcess
  /** Where it really listens. */
  readonly port: number
  ask(path: string, how?: Ask): Promise<Reply>
}

/** How a copy is started: its environment; `PORT` is added, with a free port, unless it says which one must be asked for. */
export interface Copy {
  readonly env?: Readonly<Record<string, string>>
  /** The port that it must ask for when no PORT is set; it gets a free one in its place. */
  readonly withoutPort?: number
}

/** The port that the lesson's server takes when nobody names one. */
export const DEFAULT_PORT = 3000
/** A first start of TypeScript on a slow machine takes a while; on one that is busy, longer. Milliseconds. */
const LISTENS_WITHIN_MS = 15_000
const LISTENS_WITHIN_BUSY_MS = 60_000
/** What Node needs to begin on a machine that is not busy. Milliseconds. */
const BEGINS_WITHIN_MS = 250
/** Who listens on another port only will not come to this one. Milliseconds. */
const ELSEWHERE_MS = 1_500
const ASK_MS = 4_000

/**
 * Starts copies of a learner's program side by side, waits until each listens, and kills them all afterwards, whatever happens. Ends
 * the check when one of them does not listen.
 */
export async function withServers<T>(
  live: Live,
  file: string,
  copies: readonly Copy[],
  use: (servers: readonly Server[]) => Promise<T>,
): Promise<T> {
  const programs: ServerProcess[] = []
  try {
    const starts = await Promise.allSettled(copies.map((copy) => start(live, file, copy, programs)))
    const servers = starts.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const failed = starts.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    return await use(servers)
  } finally {
    await Promise.all(programs.map((program) => program.kill()))
  }
}

async function start(
  live: Live,
  file: string,
  { env = {}, withoutPort }: Copy,
  programs: ServerProcess[],
  attempts = 2,
): Promise<Server> {
  const port = withoutPort ?? (await freePort())
  const given = withoutPort === undefined ? { PORT: String(port), ...env } : env
  const program = new ServerProcess(live.folder, file, given, withoutPort)
  programs.push(program)
  const begin = live.waiting.clock.now()
  let elsewhereSince: number | undefined
  const found = await live.waiting.until(
    `${program.what} listens`,
    async (): Promise<Door | 'ended' | 'elsewhere' | 'silent' | undefined> => {
      if (program.exit) return 'ended'
      const { listening } = program
      const asked = listening.find((each) => each.asked === port)
      if (asked) return { host: reachedAt(asked.address), port: asked.port }
      if (listening.length > 0) {
        elsewhereSince ??= live.waiting.clock.now()
        return live.waiting.since(elsewhereSince) > ELSEWHERE_MS ? 'elsewhere' : undefined
      }
      // a process of its own may listen for it, and cannot tell
      const host = withoutPort === undefined ? await listenerOn(port) : undefined
      if (host !== undefined) return { host, port }
      const patience = (LISTENS_WITHIN_MS * (program.begunAfter ?? Number.POSITIVE_INFINITY)) / BEGINS_WITHIN_MS
      return live.waiting.since(begin) > Math.max(LISTENS_WITHIN_MS, patience) ? 'silent' : undefined
    },
    LISTENS_WITHIN_BUSY_MS,
  )
  if (program.exit) {
    // somebody else of this machine was faster
    if (attempts > 1 && withoutPort === undefined && takenPort(program) === port)
      return start(live, file, { env }, programs, attempts - 1)
    const detail = `it ended with ${exitText(program.exit)}`
    throw new Settled(
      missed('program-not-started', { what: program.what, detail }, [
        ...wrongPort(program, port),
        ...program.evidence(),
      ]),
    )
  }
  if (found === undefined || typeof found === 'string') {
    const after = duration(live.waiting.since(begin))
    const others = program.listening.map(({ asked }) => `it listens on port ${asked}`)
    throw new Settled(
      missed('program-not-listening', { what: program.what, port, after }, [...others, ...program.evidence()]),
    )
  }
  const host = found.host.includes(':') ? `[${found.host}]` : found.host
  return {
    program,
    port: found.port,
    ask: (path, how) => askUrl(`http://${host}:${found.port}${path}`, { timeoutMs: ASK_MS, ...how }),
  }
}

interface Door {
  readonly host: string
  readonly port: number
}

/** Who listens on all addresses is asked at one. */
function reachedAt(address: string): string {
  return address === '::' || address === '0.0.0.0' ? '127.0.0.1' : address
}

/** The port that a program wanted and could not have. */
export function takenPort({ output }: ServerProcess): number | undefined {
  const port = /EADDRINUSE[^\n]*:(\d+)\s*$/m.exec(output)?.[1]
  return port === undefined ? undefined : Number(port)
}

function wrongPort(program: ServerProcess, port: number): string[] {
  const wanted = takenPort(program)
  return wanted === undefined || wanted === port
    ? []
    : [`it wanted port ${wanted}, which is taken; it was to listen on ${port}`]
}
