import { endpointsOf } from '../../checker/live/endpoints.ts'
import { type Live, type Reference, refer } from '../../checker/live/live.ts'
import { isReady } from '../../checker/live/pod-evidence.ts'
import { owner, podsOf } from '../../checker/live/pods-of.ts'
import { replicasOf, scaleDown, scaleUp } from '../../checker/live/replicas.ts'

/** What was seen of a Deployment that was scaled to 0 and back. */
export interface Night {
  readonly podsLeft: number
  readonly serviceStays: boolean
  readonly endpoints: number
  readonly replicaSetStays: boolean
  readonly sameNames: boolean
}

const LIST_WITHIN_MS = 10_000

/** Scales to 0, looks at what is left, and scales back. Done once for all checks of a run. */
export function night(deployment: Reference, service: Reference): (live: Live) => Promise<Night> {
  const runs = new WeakMap<Live['manifests'], Promise<Night>>()
  return (live) => {
    const run = runs.get(live.manifests) ?? sleep(live, deployment, service)
    runs.set(live.manifests, run)
    return run
  }
}

async function sleep(live: Live, deployment: Reference, service: Reference): Promise<Night> {
  const wanted = await replicasOf(live, deployment)
  const names = async () => (await podsOf(live, deployment)).map(({ metadata }) => metadata.name)
  const address = async () =>
    (await live.objects.get('v1 Service', live.namespace, refer(service).name))?.spec.clusterIP
  const listed = async () => (await endpointsOf(live, service)).filter(({ ready }) => ready).length
  const before = { names: await names(), address: await address() }
  await scaleDown(live, deployment, 0)
  await live.waiting.until('the list is empty', async () => ((await listed()) === 0 ? true : undefined), LIST_WITHIN_MS)
  const sets = await live.objects.list('apps/v1 ReplicaSet', live.namespace)
  const left = {
    podsLeft: (await names()).length,
    serviceStays: before.address !== undefined && (await address()) === before.address,
    endpoints: await listed(),
    replicaSetStays: sets.some((set) => owner(set)?.name === refer(deployment).name),
  }
  await scaleUp(live, deployment, wanted)
  const after = (await podsOf(live, deployment)).filter(isReady).map(({ metadata }) => metadata.name)
  return { ...left, sameNames: after.some((name) => before.names.includes(name)) }
}
