import { CommandError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { display, type Resource } from '../resource.ts'
import { customColumns } from './custom-columns.ts'
import { renderTemplate } from './json-path.ts'
import { toJson, toYaml, withoutManagedFields } from './serialize.ts'

export interface Printed {
  readonly resource: Resource
  readonly object: KubeObject
}

/** Prints what was fetched in the form that -o names. `list`: as one List even if it is only one object. */
export type ObjectPrinter = (found: readonly Printed[], list: boolean) => string

const FORMATS =
  'custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,wide,yaml'

/** The printer for an -o value, or undefined for the human forms ('' and wide). Throws for what is not known. */
export function objectPrinter(
  format: string | undefined,
  { managedFields = false, headers = true } = {},
): ObjectPrinter | undefined {
  if (format === undefined || format === '' || format === 'wide') return undefined
  const equals = format.indexOf('=')
  const [name, template] = equals < 0 ? [format, undefined] : [format.slice(0, equals), format.slice(equals + 1)]
  const wrapped = (found: readonly Printed[], list: boolean): KubeObject => {
    const items = found.map(({ object }) => (managedFields ? object : withoutManagedFields(object)))
    if (!list && items.length === 1) return items[0] as KubeObject
    return { apiVersion: 'v1', kind: 'List', items, metadata: { resourceVersion: '' } } as unknown as KubeObject
  }
  switch (name) {
    case 'yaml':
      return (found, list) => toYaml(wrapped(found, list))
    case 'json':
      return (found, list) => toJson(wrapped(found, list))
    case 'name':
      return (found) => found.map(({ resource, object }) => `${display(resource, object.metadata.name)}\n`).join('')
    case 'jsonpath':
    case 'jsonpath-as-json':
      if (!template) throw new CommandError(`template format specified but no template given`)
      if (name === 'jsonpath-as-json') break
      return (found, list) => renderTemplate(template, wrapped(found, list))
    case 'custom-columns':
      if (!template) throw new CommandError('custom-columns format specified but no custom columns given')
      return (found) =>
        customColumns(
          template,
          found.map(({ object }) => object),
          headers,
        )
  }
  if (FORMATS.split(',').includes(name)) {
    throw new CommandError(
      `this kubectl does not print ${name}; install kubectl for that, or use yaml, json, name, wide, jsonpath or custom-columns`,
    )
  }
  throw new CommandError(
    `unable to match a printer suitable for the output format "${format}", allowed formats are: ${FORMATS}`,
  )
}
