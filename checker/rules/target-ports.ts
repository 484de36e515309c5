import { matchesLabels } from '../../cluster/apimachinery/labels.ts'
import type { Finding } from '../files/finding.ts'
import { isMap, type Located } from '../files/located.ts'
import { finding } from '../messages/catalogue.ts'
import { containersOf, podsInFiles, portsOf, portText, texts } from './pods-in-files.ts'
import type { Rule } from './rule.ts'

/** A named targetPort must be some container's port. A number may be one that no container declares: they need not. */
export const targetPorts: Rule = (objects) => {
  const pods = podsInFiles(objects)
  return objects.flatMap((service) => {
    if (service.kind !== 'Service') return []
    const selector = texts(service.at(['spec', 'selector']))
    const selected = pods.filter(({ labels }) => Object.keys(selector).length > 0 && matchesLabels(selector, labels))
    const ports = service.at(['spec', 'ports'])
    if (selected.length === 0 || !Array.isArray(ports)) return []
    const declared = selected
      .flatMap((pod) => containersOf(pod, ['containers', 'initContainers']))
      .flatMap(({ container }) => portsOf(container))
    return ports.flatMap((port, index) =>
      isMap(port) ? judge(service, index, port.targetPort ?? port.port, declared) : [],
    )
  })
}

function judge(service: Located, index: number, target: unknown, declared: ReturnType<typeof portsOf>): Finding[] {
  const field = service.at(['spec', 'ports', index, 'targetPort']) === undefined ? 'port' : 'targetPort'
  const place = service.place(['spec', 'ports', index, field])
  if (typeof target === 'string') {
    if (declared.some(({ name }) => name === target)) return []
    const names = declared.filter(({ name }) => name !== undefined)
    const named = names.length > 0 ? `they name ${portText(names)}` : 'they name none'
    return [finding('target-port-unnamed', { port: target, named }, { place })]
  }
  if (typeof target !== 'number' || declared.length === 0 || declared.some(({ port }) => port === target)) return []
  return [
    finding('target-port-elsewhere', { port: String(target), declared: portText(declared) }, { place, level: 'note' }),
  ]
}
