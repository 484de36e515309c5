import type { Objects } from '../../checker/cluster/objects.ts'
import { until } from '../harness/until.ts'

/** The workbook's servers say so when they listen; others are not waited for. */
const SERVERS = /^(starter-app|my-server):/
/** Milliseconds. */
const START_WITHIN = 30_000

/** Pods that were waited for, by UID: each is once. */
const known = new Set<string>()

/**
 * A learner reads between two blocks of a text, and a server that was started before listens by then. A test types at once: it waits
 * for that, and for nothing else. A pod without a readiness probe counts as ready a moment earlier, there as here.
 */
export async function readingPause(objects: Objects, namespace: string): Promise<void> {
  for (const { metadata, spec, status } of await objects.list('v1 Pod', namespace)) {
    const isServer = spec.containers.some(({ image }) => SERVERS.test(image ?? ''))
    if (!isServer || status.phase !== 'Running' || metadata.deletionTimestamp) continue
    if (known.has(metadata.uid)) continue
    known.add(metadata.uid)
    await until(
      `${metadata.name} says that it listens`,
      async () => (await objects.log(namespace, metadata.name, { lines: 50 })).includes('listening'),
      { within: START_WITHIN, every: 100 },
    ).catch(() => {
      // it may be one that is to fail; what the text shows is the judge
    })
  }
}
