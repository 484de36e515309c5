import { setTimeout } from 'node:timers/promises'
import { CommandError } from './errors.ts'
import type { KubeObject } from './objects.ts'
import { findResource } from './resource.ts'
import type { Session } from './session.ts'
import { fetchTarget, targetsOf } from './targets.ts'
import { newestPods, selectorOf } from './workload.ts'

/** How long a workload's first pod is awaited unless `--pod-running-timeout` says otherwise, ms. */
const PATIENCE_MS = 60_000
const LOOK_AGAIN_MS = 500

/** What `exec` and `port-forward` name: a pod, or a workload or service with pods. */
export interface Attachable {
  readonly pod: KubeObject
  /** What was named, when that was not the pod. */
  readonly through?: KubeObject
}

/** Finds the pod behind `POD` or `TYPE/NAME`; waits for it where a workload has none yet. Throws as polymorphichelpers does. */
export async function attachablePod(session: Session, word: string): Promise<Attachable> {
  const [target] = await targetsOf(session, [word.includes('/') ? word : `pods/${word}`])
  const [found] = target ? await fetchTarget(session, target) : []
  if (!found) throw new CommandError('pod, type/name or --filename must be specified')
  if (found.resource.plural === 'pods') return { pod: found.object }
  let labelSelector: string
  try {
    labelSelector = selectorOf(found.object)
  } catch (error) {
    throw new CommandError(`cannot attach to *v1.${found.object.kind}: ${(error as Error).message}`)
  }
  const pods = findResource(await session.resources(), 'pods')
  const deadline = performance.now() + (session.flags.duration('pod-running-timeout') ?? PATIENCE_MS)
  for (;;) {
    const owned = await fetchTarget(session, { resource: pods, namespace: found.namespace, query: { labelSelector } })
    const [first] = newestPods(owned.map(({ object }) => object))
    if (first) return { pod: first, through: found.object }
    if (performance.now() >= deadline) throw new CommandError('timed out waiting for the condition')
    await setTimeout(LOOK_AGAIN_MS, undefined, { signal: session.io.signal })
  }
}
