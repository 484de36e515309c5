import resources from '../../cluster/apiserver/facts/resources.json' with { type: 'json' }
import { kinds } from '../../cluster/apiserver/kinds/index.ts'
import type { Scenario, Step } from './recording.ts'

/** Areas whose subject is not built: accounts and rights, custom resources, server-side apply, pod security and quotas. */
const AREAS_LEFT_OUT = ['admission', 'apply', 'auth', 'crd']

const inScope = new Set<string>()
const known = new Set<string>(kinds.map(({ kind }) => kind))
const subresources = new Map<string, readonly string[]>()
for (const [version, plurals] of Object.entries(resources as Record<string, Record<string, { kind: string }>>)) {
  for (const [plural, { kind }] of Object.entries(plurals)) {
    const name = `${version} ${kind}`
    if (!known.has(name)) continue
    inScope.add(`${version}/${plural}`)
    subresources.set(`${version}/${plural}`, kinds.find((each) => each.kind === name)?.subresources ?? [])
  }
}

/**
 * Whether a scenario counts: every kind and every verb in it is one that this server has. Not the areas above; no bodies of
 * server-side apply; of `discovery` only what does not list the kinds of a whole cluster.
 */
export function isInScope(scenario: Scenario): boolean {
  return !AREAS_LEFT_OUT.includes(scenario.area) && scenario.steps.every((step) => isStepInScope(scenario, step))
}

/** The same for one step: in a scenario of several kinds, the steps with ours can still be compared. */
export function isStepInScope({ area, steps }: Scenario, { request }: Step): boolean {
  if (AREAS_LEFT_OUT.includes(area)) return false
  if ((request.headers?.['content-type'] ?? '').includes('apply-patch')) return false
  if (request.bodyFrom) {
    const source = steps.find(({ name }) => name === request.bodyFrom?.step)
    if (source && kindOfPath(source.request.path) === 'other') return false
  }
  return kindOfPath(request.path) === 'ours'
}

/** Whose a path is: a kind of ours, another kind's, or a list of everything that there is. */
function kindOfPath(path: string): 'ours' | 'other' {
  const [plain = '', search = ''] = path.split('?')
  const parts = plain.split('/').filter((part) => part !== '')
  const [root, ...rest] = parts
  // The checks of kube-apiserver's own parts, by name.
  if (search.startsWith('verbose')) return 'other'
  if (root === 'version' || root === 'healthz' || root === 'livez' || root === 'readyz') return 'ours'
  if (root !== 'api' && root !== 'apis') return 'other'
  const version = root === 'api' ? rest.shift() : `${rest.shift()}/${rest.shift()}`
  if (rest[0] === 'watch') rest.shift()
  if (rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '')) rest.splice(0, 2)
  const [plural, , subresource] = rest
  const resource = `${version}/${plural}`
  if (!inScope.has(resource)) return 'other'
  return subresource === undefined || subresources.get(resource)?.includes(subresource) ? 'ours' : 'other'
}
