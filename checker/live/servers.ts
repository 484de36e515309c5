import { freePort, listenerOn } from './free-port.ts'
import type { Live } from './live.ts'
import { missed, Settled } from './outcome.ts'
import { type Ask, askUrl, type Reply } from './reply.ts'
import { exitText, ServerProcess } from './server-process.ts'
import { duration } from './waiting.ts'

/** A learner's program that listens. */
export interface Server {
  readonly program: ServerProcess
  readonly port: number
  ask(path: string, how?: Ask): Promise<Reply>
}

/** How a copy is started: its environment; `PORT` is added, with a free port, unless it says on which one to look. */
export interface Copy {
  readonly env?: Readonly<Record<string, string>>
  /** Where it must listen when no PORT is set. */
  readonly withoutPort?: number
}

/** The port that the lesson's server takes when nobody names one. */
export const DEFAULT_PORT = 3000
/** A first start of TypeScript on a slow machine takes a while. Milliseconds. */
const LISTENS_WITHIN_MS = 15_000
/** Who listens at another door will not come to this one. Milliseconds. */
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
    const elsewhere = (await listenerOn(DEFAULT_PORT)) === undefined ? DEFAULT_PORT : undefined
    const starts = await Promise.allSettled(copies.map((copy) => start(live, file, copy, programs, elsewhere)))
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
  elsewhere: number | undefined,
  attempts = 2,
): Promise<Server> {
  const port = withoutPort ?? (await freePort())
  const program = new ServerProcess(live.folder, file, withoutPort === undefined ? { PORT: String(port), ...env } : env)
  programs.push(program)
  const begin = live.waiting.clock.now()
  let elsewhereSince: number | undefined
  const host = await live.waiting.until(
    `${program.what} listens`,
    async () => {
      if (program.exit) return 'ended'
      const own = await listenerOn(port)
      if (own !== undefined) return own
      if (elsewhere !== undefined && elsewhere !== port && (await listenerOn(elsewhere)) !== undefined)
        elsewhereSince ??= live.waiting.clock.now()
      return elsewhereSince !== undefined && live.waiting.since(elsewhereSince) > ELSEWHERE_MS ? 'elsewhere' : undefined
    },
    LISTENS_WITHIN_MS,
  )
  if (program.exit) {
    // somebody else of this machine was faster
    if (attempts > 1 && withoutPort === undefined && takenPort(program) === port)
      return start(live, file, { env }, programs, elsewhere, attempts - 1)
    const detail = `it ended with ${exitText(program.exit)}`
    throw new Settled(
      missed('program-not-started', { what: program.what, detail }, [
        ...wrongPort(program, port),
        ...program.evidence(),
      ]),
    )
  }
  if (host === undefined || host === 'elsewhere') {
    const after = duration(live.waiting.since(begin))
    const where = host === 'elsewhere' ? [`somebody listens on port ${elsewhere} since it was started`] : []
    throw new Settled(
      missed('program-not-listening', { what: program.what, port, after }, [...where, ...program.evidence()]),
    )
  }
  const address = host.includes(':') ? `[${host}]` : host
  return {
    program,
    port,
    ask: (path, how) => askUrl(`http://${address}:${port}${path}`, { timeoutMs: ASK_MS, ...how }),
  }
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
