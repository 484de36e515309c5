import type { Probe, Reference } from '../../checker/live/live.ts'
import { missed, passed } from '../../checker/live/outcome.ts'
import { deploymentOf } from '../../checker/live/pods-of.ts'
import { openDoor } from '../../checker/live/reachable.ts'

interface Source {
  readonly configMap: string
  readonly key: string
}

/** The server's greeting is the value of a ConfigMap's key, and the pods take it from there: not from a copy in the pod template. */
export function fromConfigMap(service: Reference, deployment: Reference, { configMap, key }: Source): Probe {
  return async (live) => {
    const what = `configmap/${configMap}`
    const { namespace } = live
    const map = await live.objects.get('v1 ConfigMap', namespace, configMap)
    if (!map) return missed('live-absent', { what, namespace })
    const value = map.data?.[key]
    if (!value) return missed('live-field', { what, field: `data.${key}`, found: 'not set', wanted: 'a greeting' })
    const { reply } = await openDoor(live, service)
    if (!reply.text.startsWith(`${value} from `)) {
      const found = JSON.stringify(reply.text.trim().slice(0, 80))
      return missed('live-other-start', { path: '/', found, wanted: JSON.stringify(value) })
    }
    const containers = (await deploymentOf(live, deployment)).spec.template.spec?.containers ?? []
    // what stands in env wins, also when it says the same
    const refers = containers.some(({ env = [], envFrom = [] }) => {
      const own = env.findLast(({ name }) => name === key)
      return own
        ? own.valueFrom?.configMapKeyRef?.name === configMap
        : envFrom.some(({ configMapRef }) => configMapRef?.name === configMap)
    })
    if (!refers)
      return missed('live-field', {
        what: deployment,
        field: 'env',
        found: 'a value of its own',
        wanted: `a value of ${what}`,
      })
    return passed(JSON.stringify(value))
  }
}
