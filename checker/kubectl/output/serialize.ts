import { stringify } from 'yaml'
import { goJson, type KubeObject, sorted } from '../objects.ts'

/** YAML as kubectl prints it: keys in order, lists not indented, nothing folded. */
export function toYaml(value: unknown): string {
  return stringify(sorted(value), { version: '1.1', indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false })
}

/** JSON as kubectl prints it. */
export function toJson(value: unknown): string {
  return `${goJson(value, 4)}\n`
}

/** Without managedFields, which few want to read. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (!object.metadata?.managedFields) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata: metadata as KubeObject['metadata'] }
}
