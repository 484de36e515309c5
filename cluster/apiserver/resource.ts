import type { AnyObject, KindName } from '../apimachinery/objects.ts'
import columnFacts from './facts/columns.json' with { type: 'json' }
import resourceFacts from './facts/resources.json' with { type: 'json' }
import selectorFacts from './facts/selectors.json' with { type: 'json' }
import type { Kind } from './kinds/kind.ts'

export interface Column {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly priority?: number
}

export interface SubresourceFacts {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly verbs: readonly string[]
}

/** What discovery tells of a resource. */
export interface Discovered {
  readonly group: string
  readonly version: string
  /** `apps/v1`, `v1` */
  readonly apiVersion: string
  /** `Deployment` */
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** Those that this server answers, by name. */
  readonly subresources: ReadonlyMap<string, SubresourceFacts>
}

/** One resource of the API: a kind's declaration joined with the facts about it. */
export interface Resource extends Discovered {
  /** `apps/v1 Deployment` */
  readonly name: KindName
  /** `deployments.apps`, `pods`: as messages name it. */
  readonly qualified: string
  readonly columns: readonly Column[]
  /** Labels of fields that a field selector may name. */
  readonly selectable: readonly string[]
  /** Where the store keeps them: `/registry/pods/`. */
  readonly prefix: string
  readonly declaration: Kind
}

interface Facts {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly subresources?: Readonly<Record<string, SubresourceFacts>>
}

/** Kinds whose place in etcd is not their plural. */
const PLACES: Readonly<Record<string, string>> = {
  services: 'services/specs',
  endpoints: 'services/endpoints',
  nodes: 'minions',
}

/** All resources of a server, found by kind or by path. */
export class Resources {
  readonly all: readonly Resource[]
  readonly #byKind: ReadonlyMap<string, Resource>
  readonly #byPath: ReadonlyMap<string, Resource>

  constructor(kinds: readonly Kind[]) {
    this.all = kinds.map(resourceOf)
    this.#byKind = new Map(this.all.map((resource) => [resource.name, resource]))
    this.#byPath = new Map(this.all.map((resource) => [`${resource.apiVersion}/${resource.plural}`, resource]))
  }

  /** Throws when no such kind is declared: a defect of the caller. */
  of(kind: KindName): Resource {
    const resource = this.#byKind.get(kind)
    if (!resource) throw new RangeError(`no kind "${kind}" is declared in kinds/`)
    return resource
  }

  /** By `apps/v1` and `deployments`. */
  at(apiVersion: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${apiVersion}/${plural}`)
  }

  byGroupKind(group: string, kind: string): Resource | undefined {
    return this.all.find((resource) => resource.group === group && resource.kind === kind)
  }
}

function resourceOf(declaration: Kind): Resource {
  const discovered = discoveredOf(declaration.kind, declaration.subresources)
  const { group, plural } = discovered
  const qualified = group ? `${plural}.${group}` : plural
  return {
    ...discovered,
    name: declaration.kind,
    qualified,
    columns: (columnFacts as Record<string, readonly Column[]>)[qualified] ?? [],
    selectable: (selectorFacts.fields as Record<string, readonly string[]>)[qualified] ?? [],
    prefix: `/registry/${PLACES[qualified] ?? plural}/`,
    declaration,
  }
}

/** The facts about a kind, with those of its subresources that are named. Throws when there are none: a defect here. */
export function discoveredOf(name: string, served: readonly string[] = []): Discovered {
  const [apiVersion = '', kind = ''] = name.split(' ')
  const plurals = (resourceFacts as unknown as Record<string, Record<string, Facts>>)[apiVersion] ?? {}
  const facts = Object.values(plurals).find((candidate) => candidate.kind === kind)
  if (!facts) throw new RangeError(`facts/resources.json knows no kind "${name}"`)
  const { group, version, plural, singular, shortNames = [], categories = [], namespaced, verbs } = facts
  const subresources = new Map<string, SubresourceFacts>()
  for (const each of served) {
    const subresource = facts.subresources?.[each]
    if (!subresource) throw new RangeError(`facts/resources.json knows no subresource "${each}" of "${name}"`)
    subresources.set(each, subresource)
  }
  return {
    group,
    version,
    apiVersion,
    kind,
    plural,
    singular,
    shortNames,
    categories,
    namespaced,
    verbs,
    subresources,
  }
}

/** `/registry/pods/default/web` */
export function storeKey({ prefix, namespaced }: Resource, namespace: string | undefined, name: string): string {
  return namespaced ? `${prefix}${namespace}/${name}` : prefix + name
}

/** The metadata of an object that is being made, where anything may still be missing. */
export type DraftObject = {
  apiVersion: string
  kind: string
  metadata: { -readonly [K in keyof AnyObject['metadata']]?: AnyObject['metadata'][K] } & Record<string, unknown>
  [field: string]: unknown
}
