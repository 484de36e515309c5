import { validateReplicaSet, validateReplicaSetStatus, validateReplicaSetUpdate } from '../validation/replicaset.ts'
import { age, containerCells, formatSelector, selectorText } from './cells.ts'
import { dropDisabledFields } from './disabled-fields.ts'
import { keepAllButStatus } from './keep-spec.ts'
import { kind } from './kind.ts'
import { podSpecWarnings, workloadNameWarnings } from './pod-warnings.ts'

export const replicaSet = kind({
  kind: 'apps/v1 ReplicaSet',
  subresources: ['status', 'scale'],
  generation: true,

  prepareForCreate(object) {
    dropDisabledFields(object.spec.template?.spec)
    object.status = { replicas: 0 }
  },
  prepareForStatusUpdate: keepAllButStatus,

  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  validateStatusUpdate: validateReplicaSetStatus,
  warnings(object, last) {
    const named = last ? [] : workloadNameWarnings(object.metadata.name)
    return [...named, ...podSpecWarnings(object.spec.template?.spec, 'spec.template.spec')]
  },

  cells({ metadata, spec, status }, now) {
    return [
      metadata.name,
      spec.replicas ?? 0,
      status.replicas,
      status.readyReplicas ?? 0,
      age(metadata.creationTimestamp, now),
      ...containerCells(spec.template?.spec),
      formatSelector(spec.selector),
    ]
  },
  scale: ({ spec, status }) => ({
    replicas: spec.replicas ?? 0,
    statusReplicas: status.replicas,
    selector: selectorText(spec.selector),
  }),
})
