import type { Event } from '../../apimachinery/objects.ts'
import { eachInvalid, invalid, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { qualifiedName } from './names.ts'

/** Where events of things without a namespace lie. */
const NO_NAMESPACE = ['', 'default', 'kube-system']
const CLUSTER_KINDS = ['Node', 'Namespace', 'PersistentVolume']

export function validateEvent(event: Event): FieldError[] {
  const errors: FieldError[] = []
  const { involvedObject, metadata, eventTime } = event
  const { namespace = '' } = metadata
  const about = involvedObject.namespace ?? ''
  const clusterScoped = about === '' && CLUSTER_KINDS.includes(involvedObject.kind ?? '')
  if (about === '' && (clusterScoped || !involvedObject.kind)) {
    if (!NO_NAMESPACE.includes(namespace)) {
      errors.push(invalid('involvedObject.namespace', about, 'does not match event.namespace'))
    }
  } else if (about !== namespace) {
    errors.push(invalid('involvedObject.namespace', about, 'does not match event.namespace'))
  }
  return eventTime ? [...errors, ...validateNewForm(event)] : errors
}

/** Events in the form of events.k8s.io say who reports what. */
function validateNewForm({
  reportingComponent = '',
  reportingInstance = '',
  action = '',
  reason = '',
}: Event): FieldError[] {
  const errors: FieldError[] = []
  if (reportingComponent === '') errors.push(required('reportingController'))
  errors.push(...eachInvalid('reportingController', reportingComponent, qualifiedName(reportingComponent)))
  if (reportingInstance === '') errors.push(required('reportingInstance'))
  if (action === '') errors.push(required('action'))
  if (reason === '') errors.push(required('reason'))
  return errors
}
