import { Quantity } from '../../apimachinery/quantity.ts'
import { isObject, type JsonObject } from './normalise.ts'
import { parsePath, parsePlaces, valueAt, visit } from './path.ts'

/** What a rule asks of a value: itself, null (absent), or one of these. */
type Wanted = string | number | boolean | null | { present?: true; in?: readonly unknown[]; imageTag?: string }

/** A rule as `facts/defaults.json` writes it. */
export interface RuleFacts {
  readonly at?: string
  readonly if?: Readonly<Record<string, Wanted>>
  readonly ifRoot?: Readonly<Record<string, Wanted>>
  readonly ifOnly?: readonly string[]
  readonly set?: Readonly<Record<string, unknown>>
  readonly copy?: Readonly<Record<string, string>>
  readonly copyLower?: Readonly<Record<string, string>>
  readonly copyList?: Readonly<Record<string, string>>
  readonly mapAdd?: Readonly<Record<string, string>>
  readonly mapSum?: Readonly<Record<string, readonly string[]>>
  readonly mapBase64?: Readonly<Record<string, string>>
  readonly drop?: readonly string[]
}

export type Apply = (place: JsonObject, root: JsonObject) => void
type Holds = (place: JsonObject, root: JsonObject) => boolean

/** Makes a rule ready to run: paths are parsed once. */
export function compileRule(rule: RuleFacts): Apply {
  const conditions = conditionsOf(rule)
  const actions = actionsOf(rule)
  const once: Apply = (place, root) => {
    for (const holds of conditions) if (!holds(place, root)) return
    for (const apply of actions) apply(place, root)
  }
  if (rule.at === undefined) return once
  const places = parsePlaces(rule.at)
  return (object, root) => visit(object, places, (place) => once(place, root))
}

/** Sets each value where the field is absent and its parent exists, in key order. */
export function compileSet(values: Readonly<Record<string, unknown>>): Apply {
  const setters = Object.keys(values)
    .sort()
    .map((text): Apply => {
      const { parents, key } = parsePath(text)
      const value = values[text]
      const fresh = typeof value === 'object' && value !== null
      return (object) =>
        visit(object, parents, (place) => {
          if (isAbsent(place[key])) place[key] = fresh ? structuredClone(value) : value
        })
    })
  return (place, root) => {
    for (const set of setters) set(place, root)
  }
}

function conditionsOf({ if: own, ifRoot, ifOnly }: RuleFacts): Holds[] {
  const conditions: Holds[] = []
  for (const [text, wanted] of Object.entries(own ?? {})) {
    const path = parsePath(text)
    conditions.push((place) => holds(valueAt(place, path), wanted))
  }
  for (const [text, wanted] of Object.entries(ifRoot ?? {})) {
    const path = parsePath(text)
    conditions.push((_, root) => holds(valueAt(root, path), wanted))
  }
  if (ifOnly) conditions.push((place) => Object.keys(place).every((key) => ifOnly.includes(key)))
  return conditions
}

function holds(value: unknown, wanted: Wanted): boolean {
  if (wanted === null) return isAbsent(value)
  if (typeof wanted !== 'object') return value === wanted
  if (wanted.present) return !isAbsent(value)
  if (wanted.in) return wanted.in.includes(value)
  if (wanted.imageTag) return imageTag(typeof value === 'string' ? value : '') === wanted.imageTag
  return false
}

function actionsOf(rule: RuleFacts): Apply[] {
  const actions: Apply[] = []
  if (rule.set) actions.push(compileSet(rule.set))
  for (const [to, from] of Object.entries(rule.copy ?? {})) actions.push(copy(to, from, (value) => value))
  for (const [to, from] of Object.entries(rule.copyLower ?? {})) {
    actions.push(copy(to, from, (value) => String(value).toLowerCase()))
  }
  for (const [to, from] of Object.entries(rule.copyList ?? {})) actions.push(copy(to, from, (value) => `${value}List`))
  for (const [to, from] of Object.entries(rule.mapAdd ?? {})) actions.push(mapAdd(to, from))
  for (const [to, from] of Object.entries(rule.mapSum ?? {})) actions.push(mapSum(to, from))
  for (const [to, from] of Object.entries(rule.mapBase64 ?? {})) actions.push(mapBase64(to, from))
  for (const text of rule.drop ?? []) {
    const { parents, key } = parsePath(text)
    actions.push((object) => visit(object, parents, (place) => Reflect.deleteProperty(place, key)))
  }
  return actions
}

function copy(to: string, from: string, convert: (value: unknown) => unknown): Apply {
  const source = parsePath(from)
  const { parents, key } = parsePath(to)
  return (object) => {
    const value = valueAt(object, source)
    if (isAbsent(value)) return
    visit(object, parents, (place) => {
      // An int-or-string counts as missing when it is an empty text.
      if (isAbsent(place[key]) || place[key] === '') place[key] = structuredClone(convert(value))
    })
  }
}

function mapAdd(to: string, from: string): Apply {
  const source = parsePath(from)
  const { parents, key } = parsePath(to)
  return (object) => {
    const added = valueAt(object, source)
    if (!isObject(added) || Object.keys(added).length === 0) return
    visit(object, parents, (place) => {
      place[key] = { ...added, ...(isObject(place[key]) ? place[key] : {}) }
    })
  }
}

function mapSum(to: string, from: readonly string[]): Apply {
  const sources = from.map((text) => parsePlaces(text))
  const { parents, key } = parsePath(to)
  return (object) => {
    const sums: Record<string, Quantity> = {}
    for (const steps of sources) {
      visit(object, steps, (amounts) => {
        for (const [name, amount] of Object.entries(amounts)) {
          const quantity = Quantity.parse(String(amount))
          sums[name] = sums[name] ? sums[name].plus(quantity) : quantity
        }
      })
    }
    if (Object.keys(sums).length === 0) return
    const texts = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum.toString()]))
    visit(object, parents, (place) => {
      place[key] = { ...texts, ...(isObject(place[key]) ? place[key] : {}) }
    })
  }
}

function mapBase64(to: string, from: string): Apply {
  return (object) => {
    const given = object[from]
    if (!isObject(given)) return
    const encoded = Object.entries(given).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')])
    object[to] = { ...(isObject(object[to]) ? object[to] : {}), ...Object.fromEntries(encoded) }
    Reflect.deleteProperty(object, from)
  }
}

/** After normalising, a zero that is still there lies behind a pointer: it was meant. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

const IMAGE_NAME = /^([A-Za-z0-9][-.A-Za-z0-9]*(:\d+)?\/)?[a-z0-9][-._/a-z0-9]*(:[\w.-]+)?$/

/** As parsers.ParseImageName: `latest` when an image has neither tag nor digest; none when the name cannot be read. */
function imageTag(image: string): string {
  const [name = '', digest] = image.split('@', 2)
  if (!IMAGE_NAME.test(name)) return ''
  const tag = /:([^:/]+)$/.exec(name)?.[1]
  return tag ?? (digest === undefined ? 'latest' : '')
}
