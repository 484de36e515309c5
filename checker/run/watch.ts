import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { watch } from 'chokidar'
import type { Observer } from '../check/observer.ts'
import type { Verdict } from '../check/result.ts'
import { shownPath } from '../learner/exercise-place.ts'
import { colours } from '../report/marks.ts'
import type { Screen } from '../report/screen.ts'
import type { CheckSession, Prepared } from './check-session.ts'

/**
 * When the files are looked at after an event: soon, and once more, since an editor writes in several steps (empty, then full; another
 * name, then renamed), and of events that follow each other at once the later ones are not told. Milliseconds.
 */
const LOOKS_MS = [10, 100]
/** The whole terminal, and back to its first corner. */
const CLEAR = '\u001b[2J\u001b[3J\u001b[H'

export interface Watching {
  /** Ends the watching. */
  readonly signal: AbortSignal
  /** Keeps other checks away while one is at the cluster; resolves with what lets them in again. */
  lock(): Promise<() => Promise<void>>
  /** Hands over what asks for another check without a save. */
  onAgain?(again: () => void): void
}

/**
 * Checks, and again on every save: what the files say at once, the cluster when they are sound. A save during a check ends that one.
 * Resolves with the last verdict when the signal aborts.
 */
export async function watchExercise(
  prepared: Prepared,
  session: CheckSession,
  { signal, lock, onAgain }: Watching,
): Promise<Verdict | undefined> {
  const { folder } = prepared.place
  const { out } = session
  let verdict: Verdict | undefined
  let current = new AbortController()
  let running: Promise<void> = Promise.resolve()

  const checkNow = async (abort: AbortSignal, before: Promise<void>): Promise<void> => {
    if (out.isTTY) out.write(CLEAR)
    const screen = session.screen(prepared)
    let unlock: (() => Promise<void>) | undefined
    const ready = async () => {
      await before
      abort.throwIfAborted()
      unlock = await lock()
    }
    try {
      const result = await session.check(prepared, { signal: abort, observer: whileAwaited(screen, abort), ready })
      if (abort.aborted) return
      verdict = result.verdict
      screen.finish(result)
      out.write(
        colours.quiet(`\n  Watching ${shownPath(folder)}${path.sep} – save a file to check again, Ctrl-C ends.\n`),
      )
    } catch (error) {
      if (!abort.aborted) throw error
    } finally {
      await unlock?.()
    }
  }
  let seen = ''
  const again = () => {
    seen = contentsOf(folder)
    current.abort(new Error('a newer check has begun'))
    current = new AbortController()
    running = checkNow(current.signal, running)
    running.catch((error) => failed(error))
  }

  let failed: (error: unknown) => void = () => {}
  const ended = new Promise<void>((resolve, reject) => {
    failed = reject
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const look = () => {
    if (contentsOf(folder) !== seen) again()
  }
  const looks: NodeJS.Timeout[] = []
  const watcher = watch(folder, { ignoreInitial: true, depth: 0, ignored: (file) => isHidden(file, folder) })
  watcher.on('all', () => {
    for (const timer of looks.splice(0)) clearTimeout(timer)
    for (const delay of LOOKS_MS) looks.push(setTimeout(look, delay))
  })
  try {
    await once(watcher, 'ready')
    onAgain?.(again)
    again()
    await ended
    return verdict
  } finally {
    for (const timer of looks) clearTimeout(timer)
    await watcher.close()
    current.abort(new Error('interrupted'))
    await running.catch(() => {})
  }
}

/** A check that a newer one has replaced tells nothing more. */
function whileAwaited(screen: Screen, abort: AbortSignal): Observer {
  const unless =
    <Told extends unknown[]>(tell: (...told: Told) => void) =>
    (...told: Told) => {
      if (!abort.aborted) tell(...told)
    }
  return {
    onFiles: unless((...told: Parameters<Screen['onFiles']>) => screen.onFiles(...told)),
    onApplied: unless((...told: Parameters<Screen['onApplied']>) => screen.onApplied(...told)),
    onCheckStart: unless(() => screen.onCheckStart()),
    onCheck: unless((...told: Parameters<Screen['onCheck']>) => screen.onCheck(...told)),
    onWait: unless(screen.onWait),
  }
}

/** Swap files of editors, `.git`. */
function isHidden(file: string, folder: string): boolean {
  return file !== folder && /^\.|~$/.test(path.basename(file))
}

/** A fingerprint of the files, so that a save without a change is none. */
function contentsOf(folder: string): string {
  const hash = createHash('sha256')
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isFile() && !isHidden(entry.name, folder))
        hash.update(`${entry.name}\n`).update(readFileSync(path.join(folder, entry.name)))
    }
  } catch {
    // in the middle of being replaced: the next event tells
  }
  return hash.digest('hex')
}
