import type { Finding } from '../files/finding.ts'
import { type FieldPath, isMap, type Json, type Located } from '../files/located.ts'
import { finding } from '../messages/catalogue.ts'
import { containersOf, podsInFiles } from './pods-in-files.ts'
import type { Rule } from './rule.ts'

interface Referral {
  readonly kind: 'ConfigMap' | 'Secret' | 'ServiceAccount'
  readonly name: string
  readonly key?: string
  readonly path: FieldPath
  readonly from: Located
}

/** What a pod refers to: it may be in the cluster already, so that it stands in no file is a note; a key that its file lacks is not. */
export const references: Rule = (objects) =>
  podsInFiles(objects)
    .flatMap((pod) => [
      ...accountOf(pod.object, pod.at, pod.spec.serviceAccountName),
      ...containersOf(pod, ['containers', 'initContainers']).flatMap(({ container, path }) => [
        ...environmentOf(pod.object, [...path, 'env'], container.env),
        ...wholesOf(pod.object, [...path, 'envFrom'], container.envFrom),
      ]),
      ...volumesOf(pod.object, [...pod.at, 'spec', 'volumes'], pod.spec.volumes),
    ])
    .flatMap((referral) => judge(referral, objects))

function judge({ kind, name, key, path, from }: Referral, objects: readonly Located[]): Finding[] {
  const place = from.place(path)
  const target = objects.find((object) => object.kind === kind && object.name === name)
  if (!target) {
    return [
      finding(
        'nobody-makes-it',
        { kind, name, where: `${from.kind.toLowerCase()}/${from.name}` },
        { place, level: 'note' },
      ),
    ]
  }
  if (key === undefined) return []
  const keys = ['data', 'binaryData', 'stringData'].flatMap((part) => {
    const map = target.at([part])
    return isMap(map) ? Object.keys(map) : []
  })
  if (keys.includes(key)) return []
  const shown = keys.length === 0 ? 'none' : keys.map((each) => `"${each}"`).join(', ')
  const there = target.place(['data'], 'key')
  return [
    finding(
      'no-such-key',
      { kind, name, key, keys: shown },
      { place, more: [`its keys stand in ${there.file}:${there.line}`] },
    ),
  ]
}

function accountOf(from: Located, at: FieldPath, name: Json | undefined): Referral[] {
  if (typeof name !== 'string' || name === '' || name === 'default') return []
  return [{ kind: 'ServiceAccount', name, path: [...at, 'spec', 'serviceAccountName'], from }]
}

function environmentOf(from: Located, at: FieldPath, list: Json | undefined): Referral[] {
  return each(list, (item, index) => {
    const source = item.valueFrom
    return isMap(source)
      ? [
          ...keyed('ConfigMap', from, [...at, index, 'valueFrom', 'configMapKeyRef'], source.configMapKeyRef),
          ...keyed('Secret', from, [...at, index, 'valueFrom', 'secretKeyRef'], source.secretKeyRef),
        ]
      : []
  })
}

function wholesOf(from: Located, at: FieldPath, list: Json | undefined): Referral[] {
  return each(list, (item, index) => [
    ...keyed('ConfigMap', from, [...at, index, 'configMapRef'], item.configMapRef),
    ...keyed('Secret', from, [...at, index, 'secretRef'], item.secretRef),
  ])
}

function volumesOf(from: Located, at: FieldPath, list: Json | undefined): Referral[] {
  return each(list, (item, index) => [
    ...keyed('ConfigMap', from, [...at, index, 'configMap'], item.configMap),
    ...keyed('Secret', from, [...at, index, 'secret'], item.secret, 'secretName'),
  ])
}

/** A reference by name, with a key where it has one. What is optional may be missing. */
function keyed(
  kind: 'ConfigMap' | 'Secret',
  from: Located,
  at: FieldPath,
  value: Json | undefined,
  nameField = 'name',
): Referral[] {
  if (!isMap(value) || value.optional === true) return []
  const name = value[nameField]
  if (typeof name !== 'string' || name === '') return []
  const hasKey = typeof value.key === 'string'
  return [{ kind, name, path: [...at, hasKey ? 'key' : nameField], from, ...(hasKey && { key: String(value.key) }) }]
}

function each<T>(list: Json | undefined, visit: (item: { [key: string]: Json }, index: number) => T[]): T[] {
  return Array.isArray(list) ? list.flatMap((item, index) => (isMap(item) ? visit(item, index) : [])) : []
}
