import type { KindName, Kinds, Mutable } from '../../apimachinery/objects.ts'
import facts from '../facts/defaults.json' with { type: 'json' }
import { convert } from './conversion.ts'
import { fillAlways, type JsonObject, normalised } from './normalise.ts'
import { parsePlaces, visit } from './path.ts'
import { type Apply, compileRule, compileSet, type RuleFacts } from './rule.ts'
import { typeOfKind } from './types.ts'

interface TypeFacts {
  readonly defaults?: Readonly<Record<string, unknown>>
  readonly rules?: readonly RuleFacts[]
  readonly holds?: Readonly<Record<string, string>>
  readonly printed?: Readonly<Record<string, unknown>>
  readonly serverRules?: readonly RuleFacts[]
}

const table = facts as unknown as Readonly<Record<string, TypeFacts>>
const compiled = new Map<string, Apply>()
const compiledServer = new Map<string, Apply>()

/**
 * The object as Kubernetes decodes and defaults it (scheme.Default): a new, private object; the given one stays as it was.
 * Fields that the kind does not have are gone, quantities are canonical, zeros are dropped or printed as Kubernetes does.
 */
export function applyDefaults<K extends KindName>(kind: K, object: object): Mutable<Kinds[K]> {
  const given = object as JsonObject
  const type = typeOfKind(kind)
  if (!type) throw new RangeError(`no type is known for the kind ${kind}`)
  const full = normalised(given, type)
  const [version, name] = kind.split(' ')
  const complete: JsonObject = { apiVersion: given.apiVersion ?? version, kind: given.kind ?? name, ...full }
  convert(kind, complete)
  defaulter(kind)(complete, complete)
  fillAlways(complete, type)
  return complete as unknown as Mutable<Kinds[K]>
}

/** The values that creation and admission add by rule (`serverRules` of the facts): in place, to an object just defaulted. */
export function applyServerRules(kind: KindName, object: object): void {
  let apply = compiledServer.get(kind)
  if (!apply) {
    const rules = (table[kind]?.serverRules ?? []).filter((rule) => !('tolerate' in rule)).map(compileRule)
    apply = (place, root) => {
      for (const rule of rules) rule(place, root)
    }
    compiledServer.set(kind, apply)
  }
  apply(object as JsonObject, object as JsonObject)
}

function defaulter(type: string): Apply {
  const known = compiled.get(type)
  if (known) return known
  const { defaults, rules, holds, printed } = table[type] ?? {}
  const steps: Apply[] = []
  if (defaults) steps.push(compileSet(defaults))
  for (const rule of rules ?? []) steps.push(compileRule(rule))
  for (const [places, part] of Object.entries(holds ?? {})) {
    const path = parsePlaces(places)
    const apply = defaulter(part)
    steps.push((object, root) => visit(object, path, (place) => apply(place, root)))
  }
  if (printed) steps.push(compileSet(printed))
  const apply: Apply = (place, root) => {
    for (const step of steps) step(place, root)
  }
  compiled.set(type, apply)
  return apply
}
