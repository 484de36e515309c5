import { timestamp } from '../../apimachinery/clock.ts'
import type { ContainerStatus, Pod, PodCondition } from '../../apimachinery/objects.ts'
import { type ContainerRecord, isSidecar } from '../containers/container-record.ts'
import { conditions, OWN_CONDITIONS } from './conditions.ts'
import { containerStatus, type Health } from './container-status.ts'
import { type Phase, phase } from './phase.ts'
import { qualityOfService } from './quality-of-service.ts'

export type PodStatus = Pod['status']

/** What a pod's worker knows and its status is made of. */
export interface Observed {
  readonly records: ReadonlyMap<string, ContainerRecord>
  readonly health: (name: string) => Health
  readonly hasSandbox: boolean
  readonly podIP: string | undefined
  readonly hostIP: string
  /** When the kubelet first saw the pod, milliseconds since the epoch. */
  readonly startTime: number
  /** `ending`: no container will be started again; `over`: none runs any more. Only then a phase that says so is told. */
  readonly stage: 'active' | 'ending' | 'over'
  readonly verdict: { readonly reason: string; readonly message: string } | undefined
  readonly now: number
}

/** The whole status of a pod. `last` is what was told before. Follows generateAPIPodStatus in pkg/kubelet/kubelet_pods.go. */
export function podStatus(pod: Pod, last: PodStatus, observed: Observed): PodStatus {
  const { records, health, hasSandbox, podIP, hostIP, verdict, stage } = observed
  const ending = stage !== 'active'
  const init = (pod.spec.initContainers ?? []).map((container): ContainerStatus => {
    const record = records.get(container.name)
    const known = health(container.name)
    const done = record?.ended?.exitCode === 0 && !record.waiting
    const state = isSidecar(container) ? known : { started: record?.running ?? false, ready: done }
    return containerStatus(container, record, state, 'PodInitializing', { ending, lost: false })
  })
  const reason = init.length > 0 ? 'PodInitializing' : 'ContainerCreating'
  const lost =
    stage === 'over' && (pod.spec.initContainers ?? []).every(({ name }) => records.get(name)?.ended?.exitCode === 0)
  const regular = pod.spec.containers
    .map(({ name, ...rest }) =>
      containerStatus({ name, ...rest }, records.get(name), health(name), reason, { ending, lost }),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))

  const all = [...init, ...regular]
  const real: Phase = verdict ? 'Failed' : over(last.phase) ? (last.phase as Phase) : phase(pod, all, stage === 'over')
  const others = (pod.status.conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.includes(type))
  const own = conditions(pod, all, real, hasSandbox, others).map((condition): PodCondition => {
    const before = last.conditions?.find(({ type }) => type === condition.type)
    const since = before?.status === condition.status ? before.lastTransitionTime : undefined
    const generation = pod.metadata.generation
    return {
      type: condition.type,
      ...(generation !== undefined && { observedGeneration: generation }),
      status: condition.status,
      lastProbeTime: null as unknown as string,
      lastTransitionTime: since ?? timestamp(observed.now),
      ...(condition.reason && { reason: condition.reason }),
      ...(condition.message && { message: condition.message }),
    }
  })

  const told = over(last.phase) ? real : tell(real, last.phase as Phase | undefined, stage)
  const why = told === 'Failed' ? (verdict ?? { reason: last.reason, message: last.message }) : undefined
  return {
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase: told,
    conditions: [...others, ...own],
    ...(why?.message && { message: why.message }),
    ...(why?.reason && { reason: why.reason }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP && { podIP, podIPs: [{ ip: podIP }] }),
    startTime: last.startTime ?? timestamp(observed.startTime),
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: regular,
    qosClass: last.qosClass ?? qualityOfService(pod),
  }
}

/** What is over is told when nothing runs any more, and then every pod has failed that has not succeeded. */
function tell(real: Phase, last: Phase | undefined, stage: Observed['stage']): Phase {
  if (stage === 'over') return over(real) ? real : 'Failed'
  return over(real) ? (last ?? 'Pending') : real
}

/** Whether a phase is one that a pod never leaves. */
export function over(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}
