import type { ExerciseResult } from '../check/result.ts'
import type { CheckSession, Prepared } from './check-session.ts'
import { Turn } from './turn.ts'

/** So many lessons at a time: more would be slow enough on a small machine to spoil what is measured. */
const AT_ONCE = 4

interface Entry {
  readonly prepared: Prepared
  readonly turn: Turn
  state: 'waiting' | 'running' | 'ended' | 'skipped'
  result?: ExerciseResult
}

/**
 * Checks exercises side by side and shows them in their order. Those of one lesson share its namespace and come one after another;
 * those that do something to the whole cluster come first, alone. When the cluster is at fault, the rest is not begun. Throws when
 * the signal aborts, but not before all that runs has undone what it must undo.
 */
export async function checkSeveral(
  all: readonly Prepared[],
  session: CheckSession,
  { signal, quiet }: { readonly signal: AbortSignal; readonly quiet: boolean },
): Promise<ExerciseResult[]> {
  const entries = all.map((prepared): Entry => ({ prepared, turn: new Turn(), state: 'waiting' }))
  const show = quiet ? () => {} : showInOrder(entries, session)
  let broken = false
  const inOrder = async (group: readonly Entry[]): Promise<void> => {
    for (const entry of group) {
      entry.state = broken ? 'skipped' : 'running'
      show()
      if (broken) continue
      entry.result = await session.check(entry.prepared, { signal, observer: entry.turn.observer })
      entry.turn.finish(entry.result)
      entry.state = 'ended'
      broken ||= entry.result.verdict === 'cluster'
      show()
    }
  }
  const alone = entries.filter(({ prepared }) => prepared.exercise.disturbsCluster)
  // who waits longest begins first, or all would wait for it in the end
  const groups = byLesson(entries.filter((entry) => !alone.includes(entry))).sort((a, b) => waitsOf(b) - waitsOf(a))
  await inOrder(alone)
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let group = groups.shift(); group; group = groups.shift()) await inOrder(group)
  })
  for (const settled of await Promise.allSettled(workers)) if (settled.status === 'rejected') throw settled.reason
  return entries.flatMap(({ result }) => (result ? [result] : []))
}

/** Gives the screen to the first entry that is not done with it. */
function showInOrder(entries: readonly Entry[], session: CheckSession): () => void {
  const left = [...entries]
  let shown: Entry | undefined
  return () => {
    for (let [next] = left; next && next.state !== 'waiting'; [next] = left) {
      if (next !== shown && next.state !== 'skipped') {
        if (shown) session.out.write('\n')
        next.turn.begin(session.screen(next.prepared))
      }
      shown = next
      if (next.state === 'running') return
      left.shift()
    }
  }
}

/** Seconds that a lesson's checks wait on purpose. */
function waitsOf(group: readonly Entry[]): number {
  return group.reduce((sum, { prepared }) => sum + (prepared.exercise.waits ?? 0), 0)
}

function byLesson(entries: readonly Entry[]): Entry[][] {
  const groups = new Map<number, Entry[]>()
  for (const entry of entries) {
    const { number } = entry.prepared.place.lesson
    groups.set(number, [...(groups.get(number) ?? []), entry])
  }
  return [...groups.values()]
}
