import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { type Live, type Probe, type Reference, refer } from './live.ts'
import { missed, passed } from './outcome.ts'
import { deploymentOf, podsOf } from './pods-of.ts'

type Container = Pod['spec']['containers'][number]

/** The Deployment gives no environment variable a value of its own: each comes from a ConfigMap, a Secret or the pod's own fields. */
export function noValuesIn(reference: Reference): Probe {
  return async (live) => {
    const { spec } = await deploymentOf(live, reference)
    const containers = [...(spec.template.spec?.initContainers ?? []), ...(spec.template.spec?.containers ?? [])]
    const names = containers.flatMap(({ env = [] }) =>
      env.filter(({ valueFrom }) => !valueFrom).map(({ name }) => name),
    )
    if (names.length === 0) return passed('every value comes from outside')
    return missed(
      'config-in-deployment',
      { what: reference, names: [...new Set(names)].join(', ') },
      sourcesIn(containers),
    )
  }
}

/** Lines for the learner: where the containers of a Deployment (or a pod) get their environment. Values of secrets are not told. */
export async function environmentSources(live: Live, reference: Reference): Promise<string[]> {
  const isPod = refer(reference).kind === 'v1 Pod'
  const spec = isPod
    ? (await podsOf(live, reference))[0]?.spec
    : (await deploymentOf(live, reference)).spec.template.spec
  return sourcesIn(spec?.containers ?? [])
}

function sourcesIn(containers: readonly Container[]): string[] {
  return containers.map(({ name, env = [], envFrom = [] }) => {
    const wholes = envFrom.map(({ configMapRef, secretRef, prefix }) => {
      const from = configMapRef ? `ConfigMap ${configMapRef.name}` : `Secret ${secretRef?.name}`
      const optional = (configMapRef ?? secretRef)?.optional ? ', if there is one' : ''
      return `all of ${from}${prefix ? `, each name with ${prefix} before it` : ''}${optional}`
    })
    const singles = env.map(({ name: variable, valueFrom }) => {
      const key = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef
      if (!key) return valueFrom ? `${variable} from its own fields` : `${variable} from a value of its own, which wins`
      return `${variable} from ${valueFrom?.configMapKeyRef ? 'ConfigMap' : 'Secret'} ${key.name}, key ${key.key}`
    })
    const all = [...wholes, ...singles]
    return `container ${name} takes ${all.length === 0 ? 'nothing from any ConfigMap or Secret' : all.join('; ')}`
  })
}
