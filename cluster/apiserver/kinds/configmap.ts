import { validateConfigMap, validateConfigMapUpdate } from '../validation/configmap.ts'
import { age } from './cells.ts'
import { kind } from './kind.ts'

export const configMap = kind({
  kind: 'v1 ConfigMap',
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
  cells({ metadata, data = {}, binaryData = {} }, now) {
    const count = Object.keys(data).length + Object.keys(binaryData).length
    return [metadata.name, count, age(metadata.creationTimestamp, now)]
  },
})
