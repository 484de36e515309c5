import { CommandError } from './errors.ts'
import type { Server } from './server.ts'

/** A resource that the server offers, as its discovery tells. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly subresources: readonly string[]
  /** The version that the server prefers comes first in its group. */
  readonly preferred: boolean
}

interface GroupDiscoveryList {
  readonly items: readonly {
    readonly metadata: { readonly name?: string }
    readonly versions: readonly {
      readonly version: string
      readonly resources?: readonly {
        readonly resource: string
        readonly responseKind?: { readonly kind: string }
        readonly scope: string
        readonly singularResource?: string
        readonly verbs: readonly string[]
        readonly shortNames?: readonly string[]
        readonly categories?: readonly string[]
        readonly subresources?: readonly { readonly subresource: string }[]
      }[]
    }[]
  }[]
}

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** Asks the server which resources it has: two requests, the aggregated form. */
export async function discover(server: Server): Promise<readonly Resource[]> {
  const [core, groups] = await Promise.all(
    ['/api', '/apis'].map((path) => server.json<GroupDiscoveryList>(path, { accept: ACCEPT })),
  )
  return [...(core?.items ?? []), ...(groups?.items ?? [])].flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }, index) =>
      resources.map((entry) => ({
        group: metadata.name ?? '',
        version,
        kind: entry.responseKind?.kind ?? '',
        plural: entry.resource,
        singular: entry.singularResource ?? '',
        shortNames: entry.shortNames ?? [],
        categories: entry.categories ?? [],
        namespaced: entry.scope === 'Namespaced',
        verbs: entry.verbs,
        subresources: (entry.subresources ?? []).map(({ subresource }) => subresource),
        preferred: index === 0,
      })),
    ),
  )
}

/** `deployments.apps`, or `pods` for the core group. */
export function qualified({ plural, group }: Resource): string {
  return group ? `${plural}.${group}` : plural
}

/** `deployment.apps/web`: what kubectl calls one object. */
export function display(resource: Resource, name: string): string {
  return `${(resource.singular || resource.kind).toLowerCase()}${resource.group ? `.${resource.group}` : ''}/${name}`
}

export function groupVersion({ group, version }: Resource): string {
  return group ? `${group}/${version}` : version
}

/** The resource that a word means: plural, singular, short name, kind, with a group or version and group if one likes. */
export function findResource(all: readonly Resource[], word: string): Resource {
  const [name = '', ...rest] = word.toLowerCase().split('.')
  const suffix = rest.join('.')
  const named = (test: (resource: Resource) => boolean) =>
    all.find(
      (resource) =>
        test(resource) &&
        (suffix ? resource.group === suffix || `${resource.version}.${resource.group}` === suffix : resource.preferred),
    )
  const found =
    named(({ plural, singular }) => plural === name || singular === name) ??
    named(({ shortNames }) => shortNames.includes(name)) ??
    named(({ kind }) => kind.toLowerCase() === name)
  if (!found) throw new CommandError(`the server doesn't have a resource type "${word}"`)
  return found
}

/** The resource of an object's apiVersion and kind, or undefined. */
export function resourceOfKind(all: readonly Resource[], apiVersion: string, kind: string): Resource | undefined {
  return all.find((resource) => groupVersion(resource) === apiVersion && resource.kind === kind)
}

/** The path of a collection, or of one object in it. `namespace` left out: all of them. */
export function pathOf(
  resource: Resource,
  { namespace, name, subresource }: { namespace?: string | undefined; name?: string; subresource?: string } = {},
): string {
  const root = resource.group ? `/apis/${resource.group}/${resource.version}` : `/api/${resource.version}`
  const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`
  return `${root}${scope}/${resource.plural}${object}${subresource ? `/${subresource}` : ''}`
}
