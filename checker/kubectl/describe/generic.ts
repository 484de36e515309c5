import { isObject } from '../objects.ts'
import type { Describer } from './describer.ts'
import type { Page } from './page.ts'

/** Any other kind: its fields as they are, in order of their labels. Follows kubectl's generic describer. */
export const describeAnything: Describer = (page, object) => {
  const { metadata, ...rest } = object
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace ?? '')
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  const { name: _, namespace: _ns, labels: _l, annotations: _a, managedFields: _m, ...shown } = metadata
  fields(page, 0, { ...rest, metadata: shown })
}

function fields(page: Page, level: number, map: Readonly<Record<string, unknown>>): void {
  for (const [label, value] of Object.entries(map)
    .map(([key, value]) => [labelOf(key), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (isObject(value)) {
      page.line(level, `${label}:`)
      fields(page, level + 1, value)
    } else if (Array.isArray(value)) {
      page.line(level, `${label}:`)
      for (const item of value) {
        if (isObject(item)) fields(page, level + 1, item)
        else page.line(level + 1, String(item))
      }
    } else page.field(level, label, value === null ? '<nil>' : value)
  }
}

/** `firstTimestamp` is `First Timestamp`, `uid` is `UID`. */
function labelOf(key: string): string {
  if (/[^a-zA-Z]/.test(key)) return key
  const words = key.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [key]
  const short = new Set(['API', 'URL', 'UID', 'OSB', 'GUID'])
  return words
    .map((word) => (short.has(word.toUpperCase()) ? word.toUpperCase() : word[0]?.toUpperCase() + word.slice(1)))
    .join(' ')
}
