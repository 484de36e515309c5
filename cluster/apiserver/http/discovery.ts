import { createHash } from 'node:crypto'
import type { Discovered } from '../resource.ts'

/** What discovery answers, made once: the kinds of a server do not change while it runs. */
export class Discovery {
  readonly #resources: readonly Discovered[]
  /** `apps/v1` by group `apps`. */
  readonly #versions = new Map<string, string[]>()

  constructor(resources: readonly Discovered[]) {
    this.#resources = resources
    for (const { group, apiVersion } of resources) {
      const versions = this.#versions.get(group) ?? []
      if (!versions.includes(apiVersion)) versions.push(apiVersion)
      this.#versions.set(group, versions)
    }
  }

  hasGroup(group: string): boolean {
    return this.#versions.has(group)
  }

  hasVersion(apiVersion: string): boolean {
    return [...this.#versions.values()].some((versions) => versions.includes(apiVersion))
  }

  /** `/api` */
  coreVersions(address: string): object {
    return {
      kind: 'APIVersions',
      versions: this.#versions.get('') ?? [],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
    }
  }

  /** `/apis` */
  groupList(): object {
    const groups = this.#named().map((group) => withoutType(this.group(group)))
    return { kind: 'APIGroupList', apiVersion: 'v1', groups }
  }

  /** `/apis/apps` */
  group(name: string): object {
    const versions = (this.#versions.get(name) ?? []).map((groupVersion) => {
      return { groupVersion, version: groupVersion.split('/')[1] }
    })
    return { kind: 'APIGroup', apiVersion: 'v1', name, versions, preferredVersion: versions[0] }
  }

  /** `/api/v1`, `/apis/apps/v1` */
  resourceList(apiVersion: string): object {
    const resources = this.#of(apiVersion).flatMap((resource) => [
      {
        name: resource.plural,
        singularName: resource.singular,
        namespaced: resource.namespaced,
        kind: resource.kind,
        verbs: resource.verbs,
        ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
        ...(resource.categories.length > 0 && { categories: resource.categories }),
        // What is not kept has no version that it is kept in.
        ...(resource.verbs.includes('get') && { storageVersionHash: hash(resource) }),
      },
      ...[...resource.subresources].map(([name, { group, version, kind, verbs }]) => ({
        name: `${resource.plural}/${name}`,
        singularName: '',
        namespaced: resource.namespaced,
        ...((group !== resource.group || version !== resource.version) && { group, version }),
        kind,
        verbs,
      })),
    ])
    // The core group's list has no apiVersion, as in Kubernetes.
    return {
      kind: 'APIResourceList',
      ...(apiVersion !== 'v1' && { apiVersion: 'v1' }),
      groupVersion: apiVersion,
      resources,
    }
  }

  /** Aggregated: everything of `/api` or of `/apis` in one answer. */
  aggregated(core: boolean, version: string): object {
    const groups = core ? [''] : this.#named()
    const items = groups.map((group) => ({
      metadata: { ...(group && { name: group }), creationTimestamp: null },
      versions: (this.#versions.get(group) ?? []).map((apiVersion) => ({
        version: apiVersion.split('/').at(-1),
        resources: this.#of(apiVersion).map(aggregatedResource),
        freshness: 'Current',
      })),
    }))
    return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items }
  }

  #named(): string[] {
    return [...this.#versions.keys()].filter(Boolean)
  }

  #of(apiVersion: string): Discovered[] {
    return this.#resources
      .filter((resource) => resource.apiVersion === apiVersion)
      .sort((a, b) => (a.plural < b.plural ? -1 : 1))
  }
}

function aggregatedResource(resource: Discovered): object {
  const scope = resource.namespaced ? 'Namespaced' : 'Cluster'
  return {
    resource: resource.plural,
    responseKind: { group: resource.group, version: resource.version, kind: resource.kind },
    scope,
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
    ...(resource.categories.length > 0 && { categories: resource.categories }),
    ...(resource.subresources.size > 0 && {
      subresources: [...resource.subresources].map(([subresource, { group, version, kind, verbs }]) => ({
        subresource,
        responseKind: { group, version, kind },
        verbs,
      })),
    }),
  }
}

function withoutType(group: object): object {
  const { kind: _, apiVersion: __, ...rest } = group as Record<string, unknown>
  return rest
}

/** Eight bytes in base64, the same for the same kind: clients compare it, nobody reads it. */
function hash({ group, version, kind }: Discovered): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')
}
