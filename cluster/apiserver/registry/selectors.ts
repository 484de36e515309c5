import type { Requirement } from '../../apimachinery/labels.ts'
import type { Resource } from '../resource.ts'
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

export function parseLabelSelector(text: string): Requirement[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part): Requirement => {
      const set = /^(\S+)\s+(in|notin)\s*\((.*)\)$/.exec(part)
      if (set) {
        const [, key = '', operator, values = ''] = set
        const list = values.split(',').map((value) => value.trim())
        return { key, operator: operator === 'in' ? 'In' : 'NotIn', values: list }
      }
      const pair = /^([^!=\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(part)
      if (pair) {
        const [, key = '', operator, value = ''] = pair
        return { key, operator: operator === '!=' ? 'NotIn' : 'In', values: [value] }
      }
      if (part.startsWith('!')) return { key: part.slice(1).trim(), operator: 'DoesNotExist', values: [] }
      return { key: part, operator: 'Exists', values: [] }
    })
}

export function parseFieldSelector(text: string): FieldRequirement[] {
  const requirements: FieldRequirement[] = []
  for (const part of text.split(/(?<!\\),/)) {
    if (part === '') continue
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(part)
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`)
    const [, field = '', operator, value = ''] = match
    requirements.push({ field, value: value.replaceAll(/\\([\\,=])/g, '$1'), equal: operator !== '!=' })
  }
  return requirements
}

const OWN_WORDS: ReadonlySet<string> = new Set(['events', 'namespaces', 'nodes', 'pods', 'secrets', 'services'])

function unknownField(resource: Resource, field: string) {
  if (OWN_WORDS.has(resource.qualified)) return badRequest(`field label not supported: ${field}`)
  return badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`)
}
