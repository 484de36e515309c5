import { timestamp } from '../../apimachinery/clock.ts'
import type { Mutable, Pod } from '../../apimachinery/objects.ts'
import { validateNewPod, validatePodStatusUpdate } from '../validation/pod.ts'
import { validatePodUpdate } from '../validation/pod-update.ts'
import { age } from './cells.ts'
import { dropDisabledFields } from './disabled-fields.ts'
import { keepAllButStatus } from './keep-spec.ts'
import { kind } from './kind.ts'
import { admitPriority, admitRuntimeClass, admitServiceAccount, admitTolerations } from './pod-admission.ts'
import { qosClass } from './pod-qos.ts'
import { podRow } from './pod-status-cell.ts'
import { podSpecWarnings } from './pod-warnings.ts'

export const pod = kind({
  kind: 'v1 Pod',
  subresources: ['status', 'log', 'exec', 'attach', 'portforward', 'binding', 'proxy'],
  generation: true,

  prepareForCreate(object, host) {
    admitRuntimeClass(object)
    dropDisabledFields(object.spec)
    admitServiceAccount(object, host)
    admitPriority(object)
    admitTolerations(object)
    if ((object.spec.terminationGracePeriodSeconds ?? 0) < 0) object.spec.terminationGracePeriodSeconds = 1
    object.status = { phase: 'Pending', qosClass: qosClass(object.spec as Pod['spec']) }
    if (object.spec.schedulingGates?.length) object.status.conditions = [gated(host.now())]
  },

  prepareForUpdate(next, last) {
    if (next.spec.priority === undefined && last.spec.priority !== undefined) next.spec.priority = last.spec.priority
    if (next.spec.preemptionPolicy === undefined && last.spec.preemptionPolicy !== undefined) {
      next.spec.preemptionPolicy = last.spec.preemptionPolicy
    }
    admitTolerations(next)
  },

  prepareForStatusUpdate(next, last) {
    keepAllButStatus(next, last)
    // Old kubelets sent wrong ones.
    if (last.metadata.ownerReferences) {
      next.metadata.ownerReferences = structuredClone(last.metadata.ownerReferences) as Mutable<
        typeof last.metadata.ownerReferences
      >
    } else delete next.metadata.ownerReferences
    next.status ??= {}
    if (next.status.qosClass === undefined && last.status?.qosClass) next.status.qosClass = last.status.qosClass
  },

  validate: validateNewPod,
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  warnings: (object) => podSpecWarnings(object.spec, 'spec', object.metadata),

  selectableFields: ({ spec, status }) => ({
    'spec.nodeName': spec.nodeName ?? '',
    'spec.restartPolicy': spec.restartPolicy ?? '',
    'spec.schedulerName': spec.schedulerName ?? '',
    'spec.serviceAccountName': spec.serviceAccountName ?? '',
    'spec.hostNetwork': String(spec.hostNetwork ?? false),
    'status.phase': status.phase ?? '',
    'status.podIP': status.podIP ?? '',
    'status.podIPs': status.podIP ?? '',
    'status.nominatedNodeName': status.nominatedNodeName ?? '',
  }),

  cells(object, now) {
    const { metadata, spec, status } = object
    const { ready, status: reason, restarts } = podRow(object, now)
    const gates = spec.readinessGates ?? []
    const open = gates.filter(({ conditionType }) =>
      status.conditions?.some((condition) => condition.type === conditionType && condition.status === 'True'),
    )
    return [
      metadata.name,
      ready,
      reason,
      restarts,
      age(metadata.creationTimestamp, now),
      status.podIPs?.[0]?.ip || status.podIP || '<none>',
      spec.nodeName || '<none>',
      status.nominatedNodeName || '<none>',
      gates.length > 0 ? `${open.length}/${gates.length}` : '<none>',
    ]
  },

  gracePeriod({ spec, status }, asked) {
    // Nothing runs yet, or any more: there is nothing to wait for.
    if (!spec.nodeName || status.phase === 'Failed' || status.phase === 'Succeeded') return 0
    const seconds = asked ?? spec.terminationGracePeriodSeconds ?? 30
    return seconds < 0 ? 1 : seconds
  },
})

function gated(now: number) {
  return {
    type: 'PodScheduled',
    status: 'False',
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
    lastProbeTime: null,
    lastTransitionTime: timestamp(now),
  } as never
}
