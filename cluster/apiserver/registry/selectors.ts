import type { Resource } from '../resource.ts'
import { parseLabelSelector } from './label-selector.ts'
import { badRequest } from './refusals.ts'
import { EVERYTHING, type FieldRequirement, type Selection } from './selection.ts'

/** Reads the query parameters of the same names. Throws BadRequest. */
export function selectionOf(resource: Resource, labelSelector = '', fieldSelector = ''): Selection {
  if (!labelSelector && !fieldSelector) return EVERYTHING
  const labels = parseLabelSelector(labelSelector)
  const fields = parseFieldSelector(fieldSelector)
  for (const { field } of fields) if (!resource.selectable.includes(field)) throw unknownField(resource, field)
  return { labels, fields, everything: labels.length === 0 && fields.length === 0 }
}

export function parseFieldSelector(text: string): FieldRequirement[] {
  const requirements: FieldRequirement[] = []
  for (const part of text.split(/(?<!\\),/)) {
    if (part === '') continue
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(part)
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`)
    const [, field = '', operator, value = ''] = match
    if (field === '' && value === '') continue
    requirements.push({ field, value: value.replaceAll(/\\([\\,=])/g, '$1'), equal: operator !== '!=' })
  }
  return requirements
}

const OWN_WORDS: ReadonlySet<string> = new Set(['events', 'namespaces', 'nodes', 'pods', 'secrets', 'services'])

function unknownField(resource: Resource, field: string) {
  if (OWN_WORDS.has(resource.qualified)) return badRequest(`field label not supported: ${field}`)
  return badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`)
}
