import { age } from './cells.ts'
import { kind } from './kind.ts'

export const serviceAccount = kind({
  kind: 'v1 ServiceAccount',
  prepareForCreate(object) {
    // Only those that a client puts there by hand; tokens come by request.
    if (object.secrets?.length === 0) delete object.secrets
  },
  validate: () => [],
  cells: ({ metadata, secrets = [] }, now) => [metadata.name, secrets.length, age(metadata.creationTimestamp, now)],
})
