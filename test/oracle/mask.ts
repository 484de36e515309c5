/** What differs from run to run, put out of sight by the rules that the recording was made with. */
export interface Masks {
  readonly namespace: string
  /** Values of captured variables whose name begins with `name`. */
  readonly names: readonly string[]
  /** Prefixes that requests sent as `generateName`. */
  readonly prefixes: readonly string[]
}

type Json = unknown
type Columns = readonly { readonly name: string }[]
type JsonObject = Readonly<Record<string, Json>>

const AGE_COLUMNS = ['Age', 'Last Seen', 'First Seen', 'Duration', 'Last Schedule']
const NO_AGE = ['<none>', '<unknown>', '']
const FIRST_MASKED_PORT = 30_086
/** A generated name takes at most so much of its prefix. */
const PREFIX_LENGTH = 58

export function mask(value: Json, masks: Masks): Json {
  return masked(value, '', masks)
}

/** The events of a watch: only the first table names the columns. */
export function maskEvents(events: readonly Json[], masks: Masks): Json[] {
  let columns: Columns = []
  return events.map((event) => {
    const given = (event as { object?: { columnDefinitions?: Columns | null } }).object?.columnDefinitions
    if (given?.length) columns = given
    return masked(event, '', masks, columns)
  })
}

function masked(value: Json, field: string, masks: Masks, known: Columns = []): Json {
  if (typeof value === 'string') return maskedField(value, field, masks)
  if (typeof value === 'number') {
    const isPort = field === 'nodePort' || field === 'healthCheckNodePort'
    return isPort && value >= FIRST_MASKED_PORT ? '{{port}}' : value
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => masked(item, field, masks, known))
    return field === 'managedFields' ? items.sort((one, other) => compare(managerKey(one), managerKey(other))) : items
  }
  if (typeof value !== 'object' || value === null) return value
  const object = value as JsonObject
  const result: Record<string, Json> = {}
  for (const [key, item] of Object.entries(object)) {
    result[maskText(key, masks)] = masked(item, key, masks, known)
  }
  if (field === 'metadata') maskGeneratedName(object, result)
  if (object.kind === 'Table') maskTable(result, known)
  return result
}

function maskedField(value: string, field: string, masks: Masks): string {
  switch (field) {
    case 'resourceVersion':
      return value === '' || value === '0' ? value : '{{rv}}'
    case 'uid':
      return '{{uid}}'
    case 'gitCommit':
    case 'goVersion':
      return '{{build}}'
    case 'continue':
      return '{{continue}}'
    case 'token':
      return '{{token}}'
    case 'storageVersionHash':
      return '{{hash}}'
    case 'serverAddress':
      return value === '' ? value : '{{ip}}'
    default:
      return maskText(value, masks)
  }
}

export function maskText(text: string, { namespace, names, prefixes }: Masks): string {
  let result = text
  for (const name of names) result = result.replaceAll(name, '{{name}}')
  result = result.replaceAll(namespace, '{{ns}}')
  for (const prefix of prefixes) {
    const start = prefix.slice(0, PREFIX_LENGTH).replaceAll(namespace, '{{ns}}')
    result = result.replace(new RegExp(`(${escaped(start)})[a-z0-9]{5}(?![a-z0-9])`, 'g'), '$1{{name}}')
  }
  return result
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{{uid}}')
    .replace(/(?!2020)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/g, '{{microtime}}')
    .replace(/(?!2020)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '{{time}}')
    .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-{{name}}')
    .replace(/hash=[0-9a-f]+/g, 'hash={{hash}}')
    .replace(/too old resource version: \d+ \(\d+\)/g, 'too old resource version: 1 ({{rv}})')
    .replace(/(Too large resource version: \d+, current: )\d+/g, '$1{{rv}}')
    .replace(/(ResourceVersion in record \()\d+\)/g, '$1{{rv}})')
    .replace(/(resourceVersion: ")\d+(")/g, '$1{{rv}}$2')
    .replace(/("resourceVersion\\?":\\?")\d+(\\?")/g, '$1{{rv}}$2')
    .replace(/10\.96\.(?!0\.)\d+\.\d+/g, '{{ip}}')
    .replace(/(\d+:)(\d{5})(\/(?:TCP|UDP|SCTP))/g, (whole, port, nodePort, protocol) =>
      Number(nodePort) >= FIRST_MASKED_PORT ? `${port}{{port}}${protocol}` : whole,
    )
}

function maskGeneratedName(given: JsonObject, result: Record<string, Json>): void {
  const { name, generateName } = given
  if (typeof name !== 'string' || typeof generateName !== 'string' || generateName === '') return
  const start = generateName.slice(0, PREFIX_LENGTH)
  if (name.startsWith(start) && name.length === start.length + 5) result.name = '{{name}}'
}

/** Ages by the clock; the columns' descriptions are prose, which this project does not copy, so they are not compared. */
function maskTable(table: Record<string, Json>, known: Columns): void {
  const own = (table.columnDefinitions ?? []) as { name: string; description?: string }[]
  for (const column of own) column.description = '{{description}}'
  const columns = own.length > 0 ? own : known
  for (const row of (table.rows ?? []) as { cells?: Json[] }[]) {
    row.cells = row.cells?.map((cell, index) => {
      const isAge = AGE_COLUMNS.includes(columns[index]?.name ?? '')
      return isAge && typeof cell === 'string' && !NO_AGE.includes(cell) ? '{{age}}' : cell
    }) as Json[]
  }
}

function managerKey(entry: Json): string {
  const { manager = '', operation = '', apiVersion = '', subresource = '' } = (entry ?? {}) as Record<string, string>
  return [manager, operation, apiVersion, subresource].join('\0')
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
