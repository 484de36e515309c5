import { isDeepStrictEqual } from 'node:util'
import type { Deployment, PodTemplate, ReplicaSet } from '../../../cluster/apimachinery/objects.ts'
import { type KubeObject, typed } from '../objects.ts'
import { formatSelector } from '../workload.ts'
import { describeContainers } from './containers.ts'
import { controlledBy, type Describer } from './describer.ts'
import { dateText, type Page } from './page.ts'
import { tolerations } from './pod.ts'
import { describeVolumes } from './volumes.ts'

export const describeDeployment: Describer = async (page, object, around) => {
  const { metadata, spec, status } = typed<Deployment>(object)
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace)
  page.field(0, 'CreationTimestamp', dateText(metadata.creationTimestamp))
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  page.field(0, 'Selector', formatSelector(spec.selector))
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status ?? {}
  page.field(
    0,
    'Replicas',
    `${spec.replicas} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
  )
  page.field(0, 'StrategyType', spec.strategy?.type).field(0, 'MinReadySeconds', spec.minReadySeconds ?? 0)
  const rolling = spec.strategy?.rollingUpdate
  if (rolling) {
    page.field(0, 'RollingUpdateStrategy', `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`)
  }
  describeTemplate(page, spec.template)
  conditions(page, status?.conditions)
  const sets = await replicaSetsOf(object, around.list)
  const current = sets.find((set) => sameTemplate(set, object))
  const old = sets.filter((set) => set !== current)
  page.field(0, 'OldReplicaSets', old.map(counted).join(', ') || '<none>')
  page.field(0, 'NewReplicaSet', current ? counted(current) : '<none>')
}

export const describeReplicaSet: Describer = async (page, object, around) => {
  const { metadata, spec, status } = typed<ReplicaSet>(object)
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace)
  page.field(0, 'Selector', formatSelector(spec.selector))
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  controlledBy(page, object)
  page.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec.replicas} desired`)
  const pods = await around.list('pods', metadata.namespace, { labelSelector: formatSelector(spec.selector) })
  const owned = pods.filter((pod) => isOwnedBy(pod, metadata.uid))
  const count = (phase: string) => owned.filter((pod) => (pod.status as { phase?: string })?.phase === phase).length
  page.field(
    0,
    'Pods Status',
    `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`,
  )
  describeTemplate(page, spec.template as PodTemplate)
  conditions(page, status?.conditions)
}

/** The pod template of a workload. Follows kubectl's DescribePodTemplate. */
export function describeTemplate(page: Page, { metadata, spec }: PodTemplate): void {
  page.line(0, 'Pod Template:').labels('Labels', metadata?.labels, '  ')
  if (Object.keys(metadata?.annotations ?? {}).length > 0) page.annotations(metadata?.annotations, '  ')
  if (spec?.serviceAccountName) page.line(0, `  Service Account:\t${spec.serviceAccountName}`)
  if (spec?.initContainers?.length) describeContainers(page, 'Init Containers', spec.initContainers, { indent: '  ' })
  describeContainers(page, 'Containers', spec?.containers ?? [], { indent: '  ' })
  describeVolumes(page, spec?.volumes, '  ')
  if (spec?.priorityClassName) page.line(0, `  Priority Class Name:\t${spec.priorityClassName}`)
  page.labels('Node-Selectors', spec?.nodeSelector, '  ')
  tolerations(page, spec?.tolerations, '  ')
}

/** The ReplicaSets that a deployment owns, oldest first. */
export async function replicaSetsOf(
  deployment: KubeObject,
  list: (
    resource: string,
    namespace: string | undefined,
    query: { labelSelector: string },
  ) => Promise<readonly KubeObject[]>,
): Promise<KubeObject[]> {
  const { metadata, spec } = typed<Deployment>(deployment)
  const found = await list('replicasets.apps', metadata.namespace, { labelSelector: formatSelector(spec.selector) })
  return found
    .filter((set) => isOwnedBy(set, metadata.uid))
    .sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1))
}

/** Whether a ReplicaSet is the one that a deployment's present template asks for. */
export function sameTemplate(set: KubeObject, deployment: KubeObject): boolean {
  return isDeepStrictEqual(plainTemplate(set), plainTemplate(deployment))
}

/** An object's pod template without the hash that the deployment controller adds. */
export function plainTemplate(object: KubeObject): PodTemplate {
  const { template } = object.spec as { template: PodTemplate }
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

function isOwnedBy({ metadata }: KubeObject, uid: string): boolean {
  return ((metadata.ownerReferences ?? []) as { uid: string }[]).some((owner) => owner.uid === uid)
}

function counted(set: KubeObject): string {
  const { spec, status } = typed<ReplicaSet>(set)
  return `${set.metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`
}

function conditions(page: Page, list: readonly { type: string; status: string; reason?: string }[] | undefined): void {
  if (!list?.length) return
  page.line(0, 'Conditions:').line(1, 'Type\tStatus\tReason').line(1, '----\t------\t------')
  for (const { type, status, reason } of list) page.line(1, `${type} \t${status}\t${reason ?? ''}`)
}
