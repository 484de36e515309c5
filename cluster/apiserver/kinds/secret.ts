import { validateSecret, validateSecretUpdate } from '../validation/secret.ts'
import { age } from './cells.ts'
import { kind } from './kind.ts'

export const secret = kind({
  kind: 'v1 Secret',
  prepareForUpdate(next, last) {
    // An update that does not say which type keeps it.
    if (!next.type && last.type) next.type = last.type
  },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings({ type, data = {} }) {
    if (type !== 'kubernetes.io/tls') return []
    const certificate = Buffer.from(data['tls.crt'] ?? '', 'base64').toString()
    return certificate.includes('-----BEGIN ') ? [] : ['tls: failed to find any PEM data in certificate input']
  },
  selectableFields: ({ type }) => ({ type: type ?? '' }),
  cells({ metadata, type, data = {} }, now) {
    return [metadata.name, type ?? '', Object.keys(data).length, age(metadata.creationTimestamp, now)]
  },
})
