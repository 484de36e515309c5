import type { Event } from '../apimachinery/objects.ts'
import type { Registry } from './registry/call.ts'
import { remove } from './registry/delete.ts'
import { hostOf } from './registry/host.ts'

/** As kube-apiserver's `--event-ttl`: an hour after an Event was last written. */
const TTL_MS = 3_600_000
const LOOK_EVERY_MS = 60_000

/** Deletes Events that have had their time, until the returned function is called. */
export function expireEvents(registry: Registry): () => void {
  const { clock, resources } = registry
  const resource = resources.of('v1 Event')
  const look = () => {
    for (const event of hostOf(registry, false).list('v1 Event')) {
      if (clock.now() - lastWritten(event) < TTL_MS) continue
      const { namespace, name } = event.metadata
      remove(registry, { resource, ...(namespace && { namespace }), name, manager: '', dryRun: false, warn() {} }, {})
    }
    timer = clock.setTimeout(look, LOOK_EVERY_MS)
  }
  let timer = clock.setTimeout(look, LOOK_EVERY_MS)
  return () => timer.cancel()
}

function lastWritten({ metadata, lastTimestamp, eventTime, series }: Event): number {
  const moments = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime]
  return Math.max(...moments.map((moment) => (moment ? Date.parse(moment) : 0)))
}
