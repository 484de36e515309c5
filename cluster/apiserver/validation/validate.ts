import type { AnyObject, KindName } from '../../apimachinery/objects.ts'
import resources from '../facts/resources.json' with { type: 'json' }
import { kinds } from '../kinds/index.ts'
import type { Kind } from '../kinds/kind.ts'
import type { FieldError } from './field-error.ts'
import {
  validateFinalizerNames,
  validateFinalizers,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './object-meta.ts'

const byName = new Map<string, Kind>(kinds.map((declaration) => [declaration.kind, declaration]))
const namespaced = new Set<string>()
for (const [version, plurals] of Object.entries(
  resources as Record<string, Record<string, { kind: string; namespaced?: boolean }>>,
)) {
  for (const resource of Object.values(plurals)) if (resource.namespaced) namespaced.add(`${version} ${resource.kind}`)
}

export interface ValidateOptions {
  /** The object that is replaced: then the update rules apply. */
  readonly last?: object
  /** Which part is written: `/status` has rules of its own. */
  readonly subresource?: 'status' | undefined
}

/**
 * Everything that is wrong with an object, in Kubernetes' order and words: its metadata, its fields, and with `last` what may
 * not change. The object must be defaulted (`applyDefaults`). The API server answers 422 with these, the checker shows them.
 */
export function validate(
  kind: KindName,
  object: object,
  { last, subresource }: ValidateOptions = {},
): readonly FieldError[] {
  const declaration = byName.get(kind)
  if (!declaration) throw new RangeError(`unknown kind ${kind}. Known kinds: ${[...byName.keys()].join(', ')}`)
  const next = object as never
  const { metadata } = object as AnyObject
  if (last === undefined) {
    const meta = validateObjectMeta(metadata ?? {}, namespaced.has(kind), declaration.checkName)
    return [...meta, ...finalizersOf(kind, metadata), ...declaration.validate(next)]
  }
  const before = last as never
  const errors: FieldError[] = [...validateObjectMetaUpdate(metadata, (last as AnyObject).metadata)]
  errors.push(...validateFinalizers(metadata.finalizers ?? []), ...finalizersOf(kind, metadata))
  if (subresource === 'status') errors.push(...(declaration.validateStatusUpdate?.(next, before) ?? []))
  else errors.push(...(declaration.validateUpdate?.(next, before) ?? declaration.validate(next)))
  return errors
}

/** Kinds whose metadata is not checked by the rules of the core group. */
const FREE_FINALIZERS: ReadonlySet<KindName> = new Set(['v1 Event', 'coordination.k8s.io/v1 Lease'] as const)

function finalizersOf(kind: KindName, metadata: AnyObject['metadata'] | undefined): FieldError[] {
  return FREE_FINALIZERS.has(kind) ? [] : validateFinalizerNames(metadata?.finalizers)
}
