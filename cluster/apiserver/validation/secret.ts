import { isDeepStrictEqual } from 'node:util'
import type { Secret } from '../../apimachinery/objects.ts'
import { IMMUTABLE_SET, MAX_DATA } from './configmap.ts'
import { eachInvalid, forbidden, invalid, required, tooLong } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateImmutable } from './immutable.ts'
import { configMapKey } from './names.ts'

const ACCOUNT = 'kubernetes.io/service-account.name'

export function validateSecret({ data = {}, type, metadata }: Secret): FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const [key, value] of Object.entries(data)) {
    errors.push(...eachInvalid(`data[${key}]`, key, configMapKey(key)))
    size += Buffer.byteLength(value ?? '', 'base64')
  }
  if (size > MAX_DATA) errors.push(tooLong('data', MAX_DATA))
  const need = (key: string) => (key in data ? [] : [required(`data[${key}]`)])
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if (!metadata.annotations?.[ACCOUNT]) errors.push(required(`metadata.annotations[${ACCOUNT}]`))
      break
    case 'kubernetes.io/dockercfg':
      errors.push(...validateJson(data, '.dockercfg'))
      break
    case 'kubernetes.io/dockerconfigjson':
      errors.push(...validateJson(data, '.dockerconfigjson'))
      break
    case 'kubernetes.io/basic-auth':
      // One of the two is enough.
      if (!('username' in data) && !('password' in data)) errors.push(...need('username'), ...need('password'))
      break
    case 'kubernetes.io/ssh-auth':
      if (!data['ssh-privatekey']) errors.push(required('data[ssh-privatekey]'))
      break
    case 'kubernetes.io/tls':
      errors.push(...need('tls.crt'), ...need('tls.key'))
      break
  }
  return errors
}

function validateJson(data: Readonly<Record<string, string>>, key: string): FieldError[] {
  const encoded = data[key]
  if (encoded === undefined) return [required(`data[${key}]`)]
  const text = Buffer.from(encoded, 'base64').toString()
  try {
    JSON.parse(text)
    return []
  } catch {
    return [invalid(`data[${key}]`, '<secret contents redacted>', goJsonError(text))]
  }
}

/** What Go's decoder says of the commonest mistakes. */
function goJsonError(text: string): string {
  const [first] = text.trimStart()
  return first === undefined || '{["'.includes(first)
    ? 'unexpected end of JSON input'
    : `invalid character '${first}' looking for beginning of value`
}

export function validateSecretUpdate(next: Secret, last: Secret): FieldError[] {
  const errors = validateImmutable(next.type, last.type, 'type')
  if (last.immutable) {
    if (!next.immutable) errors.push(forbidden('immutable', IMMUTABLE_SET))
    if (!isDeepStrictEqual(next.data ?? {}, last.data ?? {})) errors.push(forbidden('data', IMMUTABLE_SET))
  }
  return [...errors, ...validateSecret(next)]
}
