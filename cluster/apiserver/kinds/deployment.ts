import { isDeepStrictEqual } from 'node:util'
import { validateDeployment, validateDeploymentStatus, validateDeploymentUpdate } from '../validation/deployment.ts'
import { age, containerCells, formatSelector, selectorText } from './cells.ts'
import { dropDisabledFields } from './disabled-fields.ts'
import { keepAllButStatus } from './keep-spec.ts'
import { kind } from './kind.ts'
import { podSpecWarnings, workloadNameWarnings } from './pod-warnings.ts'

export const deployment = kind({
  kind: 'apps/v1 Deployment',
  subresources: ['status', 'scale'],
  generation: true,

  prepareForCreate(object) {
    dropDisabledFields(object.spec.template?.spec)
    object.status = {}
  },
  prepareForUpdate(next, last) {
    // Annotations count as well: the controller carries them to replica sets.
    if (isDeepStrictEqual(next.metadata.annotations ?? {}, last.metadata.annotations ?? {})) return
    next.metadata.generation = (last.metadata.generation ?? 0) + 1
  },
  prepareForStatusUpdate(next, last) {
    keepAllButStatus(next, last)
    if (last.metadata.labels) next.metadata.labels = { ...last.metadata.labels }
    else delete next.metadata.labels
  },

  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  validateStatusUpdate: validateDeploymentStatus,
  warnings(object, last) {
    const named = last ? [] : workloadNameWarnings(object.metadata.name)
    return [...named, ...podSpecWarnings(object.spec.template?.spec, 'spec.template.spec')]
  },

  cells({ metadata, spec, status }, now) {
    const { readyReplicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status
    return [
      metadata.name,
      `${readyReplicas}/${spec.replicas ?? 0}`,
      updatedReplicas,
      availableReplicas,
      age(metadata.creationTimestamp, now),
      ...containerCells(spec.template.spec),
      formatSelector(spec.selector),
    ]
  },
  scale: ({ spec, status }) => ({
    replicas: spec.replicas ?? 0,
    statusReplicas: status.replicas ?? 0,
    selector: selectorText(spec.selector),
  }),
})
