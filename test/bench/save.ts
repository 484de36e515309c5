import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { RememberedObjects } from '../../checker/learner/applied-memory.ts'
import { placeOf } from '../../checker/learner/exercise-place.ts'
import { ProgressFile } from '../../checker/learner/progress.ts'
import { CheckSession } from '../../checker/run/check-session.ts'
import { watchExercise } from '../../checker/run/watch.ts'
import { lessons } from '../../lessons/index.ts'
import type { Figure } from './figure.ts'
import { median } from './median.ts'

const END = 'Watching'
/** Between one save and the next. Milliseconds. */
const BETWEEN_MS = 300

/** From the write of a file with a mistake until its finding is written to the screen, while `npm run check watch` runs. */
export async function findingsOfASave(runs: number): Promise<readonly Figure[]> {
  const workspace = mkdtempSync(path.join(tmpdir(), 'kbh-bench-save-'))
  const entry = lessons.find(({ number }) => number === 3)
  if (!entry) throw new Error('no lesson 3')
  const place = placeOf(entry, undefined, workspace)
  mkdirSync(place.folder, { recursive: true })
  let shown: () => void = () => {}
  const out = new Writable({
    write(chunk, _, done) {
      if (String(chunk).includes(END)) shown()
      done()
    },
  }) as NodeJS.WriteStream
  const screen = () =>
    new Promise<void>((resolve) => {
      shown = resolve
    })
  const progress = new ProgressFile(workspace)
  const connect = () => Promise.reject(new Error('files with mistakes need no cluster'))
  const using = { title: 'practice cluster', id: 'practice', practice: true, connect }
  const session = new CheckSession(using, new RememberedObjects(progress, 'practice'), progress, out)
  const end = new AbortController()
  const first = screen()
  const watching = watchExercise(await session.prepare(place), session, {
    signal: end.signal,
    lock: () => connect(),
  })
  const times: number[] = []
  try {
    await first
    for (let run = 0; run < runs * 4; run++) {
      // nobody saves twice at once, and of two changes within 50 ms the watcher tells one
      await setTimeout(BETWEEN_MS)
      const next = screen()
      const started = performance.now()
      writeFileSync(path.join(place.folder, 'deployment.yaml'), `kind: Deployment\nround: ${run}\n`)
      await next
      times.push(performance.now() - started)
    }
  } finally {
    end.abort()
    await watching
    rmSync(workspace, { recursive: true, force: true })
  }
  return [{ what: 'check watch: a save → its findings on the screen', value: median(times), unit: 'ms', target: 50 }]
}
