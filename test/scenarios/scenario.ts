import type { Deployment, Draft, Event, Pod, ReplicaSet } from '../../cluster/apimachinery/objects.ts'
import { isActive } from '../../cluster/apimachinery/pods.ts'
import type { World } from '../harness/cluster-fixture.ts'

/** Something that must be true of the control plane, on any API server. */
export interface Scenario {
  readonly title: string
  play(world: World): Promise<void>
}

export function scenario(title: string, play: (world: World) => Promise<void>): Scenario {
  return { title, play }
}

/** A deployment `web`; `spec` is laid over. */
export function webDeployment({ namespace }: World, spec: object = {}, labels: object = {}): Draft<Deployment> {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web', ...labels } }, spec: podSpec() },
      ...spec,
    },
  } as Draft<Deployment>
}

export function podSpec(image = 'app:1', spec: object = {}) {
  return {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'server', image, ports: [{ name: 'http', containerPort: 3000 }] }],
    ...spec,
  }
}

/** Merges into the deployment `web`, as `kubectl patch --type=merge` does. */
export async function change({ api, namespace }: World, body: object): Promise<Deployment> {
  return api.patch('apps/v1 Deployment', { namespace, name: 'web' }, { type: 'merge', body })
}

/** Gives the deployment `web` another image. */
export async function setImage(world: World, image: string): Promise<void> {
  const template = { spec: { containers: podSpec(image).containers } }
  await change(world, { spec: { template } })
}

export function web({ api, namespace }: World): Promise<Deployment> {
  return api.get('apps/v1 Deployment', { namespace, name: 'web' })
}

/** The deployment once all its pods are new and available. */
export function rolledOut(world: World): Promise<Deployment> {
  return world.eventually('the deployment web is rolled out', async () => {
    const deployment = await web(world)
    const { replicas: wanted = 1 } = deployment.spec
    const { replicas, updatedReplicas, availableReplicas, observedGeneration } = deployment.status
    const counts = [replicas ?? 0, updatedReplicas ?? 0, availableReplicas ?? 0]
    return (
      observedGeneration === deployment.metadata.generation && counts.every((count) => count === wanted) && deployment
    )
  })
}

/** The namespace's ReplicaSets, by revision. */
export async function sets({ api, namespace }: World): Promise<ReplicaSet[]> {
  const { items } = await api.list('apps/v1 ReplicaSet', { namespace })
  const revision = (set: ReplicaSet) => Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
  return [...items].sort((a, b) => revision(a) - revision(b))
}

export async function activePods({ api, namespace }: World): Promise<Pod[]> {
  return (await api.list('v1 Pod', { namespace })).items.filter(isActive)
}

/** `Type Reason message` of all events about an object, in order, each once. */
export async function eventsOf(
  { api, namespace }: World,
  kind: string,
  name: string,
  where = namespace,
): Promise<string[]> {
  const { items } = await api.list('v1 Event', { namespace: where })
  const about = ({ involvedObject }: Event) => involvedObject.kind === kind && involvedObject.name === name
  return [...items]
    .filter(about)
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`)
}
