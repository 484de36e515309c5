import { type Probe, type Reference, refer } from '../../checker/live/live.ts'
import { missed, passed } from '../../checker/live/outcome.ts'
import { podEvidence } from '../../checker/live/pod-evidence.ts'
import type { Pod } from '../../cluster/apimachinery/objects.ts'

/** Long enough for a first restart, which comes at once, to be seen. Milliseconds. */
const LOOK_MS = 3_000
const WITHIN_MS = 30_000
/** A command that is to end, and prints a line, does not run for so long. */
const RUNS_AT_MOST_MS = 12_000

/** A pod ends with success, and nothing in it is started again. */
export function staysCompleted(reference: Reference): Probe {
  const { name } = refer(reference)
  return async (live) => {
    const read = () => live.objects.get('v1 Pod', live.namespace, name)
    let last: Pod | undefined
    let running: number | undefined
    const ended = await live.waiting.until(
      `${reference} has run`,
      async () => {
        last = await read()
        if (last?.status.phase === 'Running') running ??= live.waiting.clock.now()
        if (running !== undefined && live.waiting.since(running) > RUNS_AT_MOST_MS) return false
        return ['Succeeded', 'Failed'].includes(last?.status.phase ?? '') || restarts(last) > 0 ? true : undefined
      },
      WITHIN_MS,
    )
    if (!last) return missed('live-absent', { what: reference, namespace: live.namespace })
    if (ended) await live.waiting.pass(`${reference} stays as it is`, LOOK_MS)
    const now = (await read()) ?? last
    const count = restarts(now)
    if (count > 0) return missed('live-restarted', { pod: name, count }, await podEvidence(live, [now]))
    if (now.status.phase !== 'Succeeded') {
      const found = now.status.phase ?? 'Unknown'
      return missed('live-phase', { pod: name, found, wanted: 'Succeeded' }, await podEvidence(live, [now]))
    }
    return passed('ended with exit code 0, never restarted')
  }
}

function restarts(pod: Pod | undefined): number {
  return (pod?.status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0)
}
