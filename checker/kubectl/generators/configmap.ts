import { isUtf8 } from 'node:buffer'
import type { Generator } from './generator.ts'
import { keyValues } from './key-values.ts'

export const configMap: Generator = {
  name: 'configmap',
  failed: 'failed to create configmap: ',
  make(session, name) {
    const taken = (key: string) =>
      `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ConfigMap ${JSON.stringify(name)}`
    const all = [...keyValues(session, taken)]
    const texts = all.filter(([, value]) => isUtf8(value)).map(([key, value]) => [key, value.toString('utf8')])
    const others = all.filter(([, value]) => !isUtf8(value)).map(([key, value]) => [key, value.toString('base64')])
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      ...(texts.length > 0 && { data: Object.fromEntries(texts) }),
      ...(others.length > 0 && { binaryData: Object.fromEntries(others) }),
    }
  },
}
