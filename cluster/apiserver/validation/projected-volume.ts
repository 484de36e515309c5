import type { Volume } from '../../apimachinery/objects.ts'
import { forbidden, invalid, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { VOLUME_FIELDS, validateFieldRef, validateResourceFieldRef } from './field-selector.ts'
import { fileMode, localNonReserved } from './paths.ts'

type Item = NonNullable<NonNullable<Volume['configMap']>['items']>[number]
type DownwardFile = NonNullable<NonNullable<Volume['downwardAPI']>['items']>[number]
type Projected = NonNullable<Volume['projected']>
type Source = NonNullable<Projected['sources']>[number]
type Token = NonNullable<Source['serviceAccountToken']>

const TEN_MINUTES = 600
const CONFLICT = 'conflicting duplicate paths'

/** Keys of a ConfigMap or Secret that become files. */
export function validateItems(items: readonly Item[], path: string): FieldError[] {
  return items.flatMap((item, index) => validateItem(item, `${path}[${index}]`))
}

function validateItem({ key = '', path: file = '', mode }: Item, path: string): FieldError[] {
  const errors = key === '' ? [required(`${path}.key`)] : []
  if (file === '') errors.push(required(`${path}.path`))
  return [...errors, ...localNonReserved(file, `${path}.path`), ...fileMode(mode, `${path}.mode`)]
}

export function validateDownwardFile(file: DownwardFile, path: string): FieldError[] {
  const { path: name = '', fieldRef, resourceFieldRef, mode } = file
  const errors = name === '' ? [required(`${path}.path`)] : []
  errors.push(...localNonReserved(name, `${path}.path`))
  if (fieldRef) {
    errors.push(...validateFieldRef(fieldRef, VOLUME_FIELDS, `${path}.fieldRef`))
    if (resourceFieldRef) {
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
    }
  } else if (resourceFieldRef) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, true, `${path}.resourceFieldRef`))
  } else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'))
  return [...errors, ...fileMode(mode, `${path}.mode`)]
}

export function validateProjected({ defaultMode, sources }: Projected, path: string): FieldError[] {
  const errors = fileMode(defaultMode, `${path}.defaultMode`)
  const files = new Set<string>()
  const taken = (file: string | undefined, owner: string) => {
    if (!file) return
    if (files.has(file)) errors.push(invalid(path, owner, CONFLICT))
    files.add(file)
  }
  sources?.forEach((source, index) => {
    const at = `${path}.sources[${index}]`
    const kinds = (['secret', 'configMap', 'downwardAPI', 'serviceAccountToken'] as const).filter(
      (each) => source[each],
    )
    const [kind, ...others] = kinds
    if (!kind) return
    errors.push(...validateProjection(source, kind, `${at}.${kind}`))
    for (const file of filesOf(source, kind)) taken(file, ownerOf(source, kind))
    for (const other of others) errors.push(forbidden(`${at}.${other}`, 'may not specify more than 1 volume type'))
  })
  return errors
}

type SourceKind = 'secret' | 'configMap' | 'downwardAPI' | 'serviceAccountToken'

function validateProjection(source: Source, kind: SourceKind, path: string): FieldError[] {
  switch (kind) {
    case 'secret':
    case 'configMap': {
      const named = source[kind]?.name ? [] : [required(`${path}.name`)]
      return [...named, ...validateItems(source[kind]?.items ?? [], `${path}.items`)]
    }
    case 'downwardAPI':
      return (source.downwardAPI?.items ?? []).flatMap((item) => validateDownwardFile(item, path))
    case 'serviceAccountToken':
      return validateToken(source.serviceAccountToken as Token, path)
  }
}

function validateToken({ path: file = '', expirationSeconds = 3600 }: Token, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (expirationSeconds < TEN_MINUTES) {
    const detail = 'may not specify a duration less than 10 minutes'
    errors.push(invalid(`${path}.expirationSeconds`, expirationSeconds, detail))
  }
  if (expirationSeconds > 2 ** 32) {
    const detail = 'may not specify a duration larger than 2^32 seconds'
    errors.push(invalid(`${path}.expirationSeconds`, expirationSeconds, detail))
  }
  return file === '' ? [...errors, required(`${path}.path`)] : [...errors, ...localNonReserved(file, `${path}.path`)]
}

function filesOf(source: Source, kind: SourceKind): (string | undefined)[] {
  if (kind === 'serviceAccountToken') return [source.serviceAccountToken?.path]
  return (source[kind]?.items ?? []).map((item) => item.path)
}

function ownerOf(source: Source, kind: SourceKind): string {
  if (kind === 'secret' || kind === 'configMap') return source[kind]?.name ?? ''
  return kind === 'serviceAccountToken' ? (source.serviceAccountToken?.path ?? '') : 'downwardAPI'
}
