import { isMap, type JsonMap } from '../files/located.ts'
import { finding } from '../messages/catalogue.ts'
import { containersOf, podsInFiles, portsOf, portText } from './pods-in-files.ts'
import type { Rule } from './rule.ts'

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe']
const ACTIONS = ['httpGet', 'tcpSocket', 'grpc']

/** A probe that asks at a port by name needs a port of that name in its own container. */
export const probePorts: Rule = (objects) =>
  podsInFiles(objects).flatMap((pod) =>
    containersOf(pod, ['containers', 'initContainers']).flatMap(({ container, path }) =>
      PROBES.flatMap((probe) => {
        const [action, port] = portAsked(container[probe])
        if (action === undefined) return []
        const place = pod.object.place([...path, probe, action, 'port'])
        const declared = portsOf(container)
        if (typeof port === 'string') {
          if (/^\d+$/.test(port) || declared.some(({ name }) => name === port)) return []
          const names = declared.filter(({ name }) => name !== undefined)
          return [
            finding(
              'probe-port-unnamed',
              { probe, port, named: names.length > 0 ? `it names ${portText(names)}` : '' },
              { place },
            ),
          ]
        }
        if (typeof port !== 'number' || declared.length === 0 || declared.some((each) => each.port === port)) return []
        return [
          finding(
            'probe-port-elsewhere',
            { probe, port: String(port), declared: portText(declared) },
            { place, level: 'note' },
          ),
        ]
      }),
    ),
  )

function portAsked(probe: JsonMap[string] | undefined): [string | undefined, unknown] {
  if (!isMap(probe)) return [undefined, undefined]
  for (const action of ACTIONS) {
    const asked = probe[action]
    if (isMap(asked)) return [action, asked.port]
  }
  return [undefined, undefined]
}
