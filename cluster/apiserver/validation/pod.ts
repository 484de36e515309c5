import type { Pod } from '../../apimachinery/objects.ts'
import { validateImageOfPod } from './containers.ts'
import { eachInvalid, forbidden } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateIp } from './ip.ts'
import { labelValue } from './names.ts'
import { validatePodSpec } from './pod-spec.ts'

/** What a pod by itself must satisfy, beyond what its template must. */
export function validatePod({ spec }: Pod): FieldError[] {
  return [
    ...validatePodSpec(spec, 'spec'),
    ...validateImageOfPod(spec.containers ?? [], 'spec.containers'),
    ...validateImageOfPod(spec.initContainers ?? [], 'spec.initContainers'),
  ]
}

/** What only a new pod must satisfy. */
export function validateNewPod(pod: Pod): FieldError[] {
  const errors = validatePod(pod)
  const { spec } = pod
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'))
  }
  if (spec.schedulingGates?.length && spec.nodeName) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
  }
  return errors
}

/** As ValidatePodStatusUpdate. */
export function validatePodStatusUpdate(next: Pod, last: Pod): FieldError[] {
  const errors: FieldError[] = []
  const { nominatedNodeName = '', podIPs = [], hostIPs = [] } = next.status
  if ((next.spec.nodeName ?? '') !== (last.spec.nodeName ?? '')) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'))
  }
  if (nominatedNodeName !== '') {
    errors.push(...eachInvalid('status.nominatedNodeName', nominatedNodeName, labelValue(nominatedNodeName)))
  }
  podIPs.forEach(({ ip = '' }, index) => {
    errors.push(...validateIp(ip, `status.podIPs[${index}]`))
  })
  hostIPs.forEach(({ ip = '' }, index) => {
    errors.push(...validateIp(ip, `status.hostIPs[${index}]`))
  })
  return [...errors, ...validateTransitions(next, last)]
}

/** A container that ended for good in a pod that does not restart it may not run again. */
function validateTransitions(next: Pod, last: Pod): FieldError[] {
  const { restartPolicy } = next.spec
  if (restartPolicy === 'Always') return []
  const errors: FieldError[] = []
  for (const before of last.status.containerStatuses ?? []) {
    const ended = before.state?.terminated
    if (!ended || (restartPolicy === 'OnFailure' && ended.exitCode !== 0)) continue
    const index = (next.status.containerStatuses ?? []).findIndex(({ name }) => name === before.name)
    const after = next.status.containerStatuses?.[index]
    if (after && !after.state?.terminated) {
      errors.push(
        forbidden(`status.containerStatuses[${index}].state`, 'may not be transitioned to non-terminated state'),
      )
    }
  }
  return errors
}
