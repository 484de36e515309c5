import facts from '../../cluster/apiserver/facts/resources.json' with { type: 'json' }

/** Where objects of a kind live in the API. */
export interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
}

const known = new Map<string, Resource>()
for (const [apiVersion, resources] of Object.entries(facts)) {
  for (const [plural, { kind, namespaced }] of Object.entries(
    resources as Record<string, { kind: string; namespaced: boolean }>,
  )) {
    known.set(`${apiVersion} ${kind}`, { apiVersion, kind, plural, namespaced })
  }
}

/** A kind that every cluster serves, by `apps/v1` and `Deployment`. */
export function builtIn(apiVersion: string, kind: string): Resource | undefined {
  return known.get(`${apiVersion} ${kind}`)
}

/** Every `apiVersion Kind` that Kubernetes 1.34 serves. */
export function builtInKinds(): readonly Resource[] {
  return [...known.values()]
}

/** `/apis/apps/v1/namespaces/x/deployments/name`; a namespace is left out for kinds that have none. */
export function pathOf({ apiVersion, plural, namespaced }: Resource, namespace?: string, name?: string): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const scope = namespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''
  return `${group}${scope}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}
