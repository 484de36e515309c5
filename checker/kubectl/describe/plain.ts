import type { ConfigMap, Namespace, Secret } from '../../../cluster/apimachinery/objects.ts'
import { typed } from '../objects.ts'
import type { Describer } from './describer.ts'

export const describeConfigMap: Describer = (page, object) => {
  const { metadata, data = {}, binaryData = {} } = typed<ConfigMap>(object)
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace)
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  page.line(0, '').line(0, 'Data').line(0, '====')
  for (const key of Object.keys(data).sort())
    page.line(0, `${key}:`).line(0, '----').line(0, `${data[key]}`).line(0, '')
  page.line(0, '').line(0, 'BinaryData').line(0, '====')
  for (const key of Object.keys(binaryData).sort()) page.line(0, `${key}: ${byteCount(binaryData[key])} bytes`)
  page.line(0, '')
}

/** The sizes, never the values. */
export const describeSecret: Describer = (page, object) => {
  const { metadata, data = {}, type } = typed<Secret>(object)
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace)
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  page.line(0, '').field(0, 'Type', type).line(0, '').line(0, 'Data').line(0, '====')
  for (const key of Object.keys(data).sort()) page.line(0, `${key}:\t${byteCount(data[key])} bytes`)
}

export const describeNamespace: Describer = (page, object) => {
  const { metadata, status } = typed<Namespace>(object)
  page.field(0, 'Name', metadata.name).labels('Labels', metadata.labels).annotations(metadata.annotations)
  page.field(0, 'Status', status?.phase ?? '')
  page.line(0, '').line(0, 'No resource quota.').line(0, '').line(0, 'No LimitRange resource.')
}

export const describeServiceAccount: Describer = (page, object) => {
  const { metadata } = object
  const names = (list: unknown) => ((list ?? []) as { name: string }[]).map(({ name }) => name)
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace)
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  page.column('Image pull secrets', names(object.imagePullSecrets)).column('Mountable secrets', names(object.secrets))
  page.column('Tokens', [])
}

function byteCount(base64 = ''): number {
  return Buffer.from(base64, 'base64').length
}
