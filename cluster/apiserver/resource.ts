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

/** One resource of the API: a kind's declaration joined with the facts about it. */
export interface Resource {
  /** `apps/v1 Deployment` */
  readonly name: KindName
  readonly group: string
  readonly version: string
  /** `apps/v1`, `v1` */
  readonly apiVersion: string
  /** `Deployment` */
  readonly kind: string
  readonly plural: string
  readonly singular: string
  /** `deployments.apps`, `pods`: as messages name it. */
  readonly qualified: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** Those that this server answers, by name. */
  readonly subresources: ReadonlyMap<string, SubresourceFacts>
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

  /** `''`, `apps`, …: those with any kind. */
  get groups(): readonly string[] {
    return [...new Set(this.all.map(({ group }) => group))]
  }
}

function resourceOf(declaration: Kind): Resource {
  const [apiVersion = '', kind = ''] = declaration.kind.split(' ')
  const plurals = (resourceFacts as unknown as Record<string, Record<string, Facts>>)[apiVersion] ?? {}
  const facts = Object.values(plurals).find((candidate) => candidate.kind === kind)
  if (!facts) throw new RangeError(`facts/resources.json knows no kind "${declaration.kind}"`)
  const { group, version, plural } = facts
  const qualified = group ? `${plural}.${group}` : plural
  const subresources = new Map<string, SubresourceFacts>()
  for (const name of declaration.subresources ?? []) {
    const subresource = facts.subresources?.[name]
    if (!subresource)
      throw new RangeError(`facts/resources.json knows no subresource "${name}" of "${declaration.kind}"`)
    subresources.set(name, subresource)
  }
  return {
    name: declaration.kind,
    group,
    version,
    apiVersion,
    kind,
    plural,
    singular: facts.singular,
    qualified,
    shortNames: facts.shortNames ?? [],
    categories: facts.categories ?? [],
    namespaced: facts.namespaced,
    verbs: facts.verbs,
    subresources,
    columns: (columnFacts as Record<string, readonly Column[]>)[qualified] ?? [],
    selectable: (selectorFacts.fields as Record<string, readonly string[]>)[qualified] ?? [],
    prefix: `/registry/${PLACES[qualified] ?? plural}/`,
    declaration,
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
