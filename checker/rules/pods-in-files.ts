import { type FieldPath, isMap, type Json, type JsonMap, type Located } from '../files/located.ts'

/** A pod that a file asks for: a Pod itself, or the template of what makes pods. */
export interface PodInFile {
  readonly object: Located
  /** Path of what holds `metadata` and `spec`: `[]` for a Pod. */
  readonly at: FieldPath
  readonly labels: Readonly<Record<string, string>>
  readonly spec: JsonMap
}

const TEMPLATES: Readonly<Record<string, FieldPath>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
}

export function podsInFiles(objects: readonly Located[]): PodInFile[] {
  return objects.flatMap((object) => {
    const at = Object.hasOwn(TEMPLATES, object.kind) ? TEMPLATES[object.kind] : undefined
    if (!at) return []
    const labels = object.at([...at, 'metadata', 'labels'])
    const spec = object.at([...at, 'spec'])
    return [{ object, at, labels: texts(labels), spec: isMap(spec) ? spec : {} }]
  })
}

/** A container of a pod, with its path in the file. Init containers too where asked. */
export function containersOf(
  { spec, at }: PodInFile,
  kinds: readonly string[] = ['containers'],
): { container: JsonMap; path: FieldPath }[] {
  return kinds.flatMap((kind) => {
    const list = spec[kind]
    if (!Array.isArray(list)) return []
    return list.flatMap((container, index) =>
      isMap(container) ? [{ container, path: [...at, 'spec', kind, index] }] : [],
    )
  })
}

export interface DeclaredPort {
  readonly name: string | undefined
  readonly port: number
}

/** The ports that a container declares. Without any, it may still listen wherever it likes. */
export function portsOf(container: JsonMap): DeclaredPort[] {
  const ports = container.ports
  if (!Array.isArray(ports)) return []
  return ports.flatMap((port) => {
    if (!isMap(port) || typeof port.containerPort !== 'number') return []
    return [{ name: typeof port.name === 'string' ? port.name : undefined, port: port.containerPort }]
  })
}

/** `app=starter-app`, `app=a, tier=b`; `no labels`. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  return pairs.length === 0 ? 'no labels' : pairs.join(', ')
}

/** `"http" (3000), 8080`; `none`. */
export function portText(ports: readonly DeclaredPort[]): string {
  return ports.length === 0
    ? 'none'
    : ports.map(({ name, port }) => (name === undefined ? `${port}` : `"${name}" (${port})`)).join(', ')
}

export function texts(value: Json | undefined): Record<string, string> {
  if (!isMap(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  )
}

/** `deployment/starter-app` */
export function nameOf({ kind, name }: Located): string {
  return `${kind.toLowerCase()}/${name}`
}
