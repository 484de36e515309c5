import type { LoadBalancers } from '../cloud-controller-manager/load-balancers.ts'
import type { NodePorts } from '../kube-proxy/node-ports.ts'
import type { Rules } from '../kube-proxy/rules.ts'
import type { ServiceAddress } from './status.ts'

/** Where this machine listens for Services, in the order of their names. */
export function serviceAddresses(
  rules: Rules,
  nodePorts: NodePorts,
  balancers: LoadBalancers,
): readonly ServiceAddress[] {
  const found: ServiceAddress[] = []
  for (const { service, port, nodePort } of rules.doors()) {
    const { namespace = '', name } = service.metadata
    const about = { namespace, name, port }
    if (service.spec.type === 'LoadBalancer') {
      const open = balancers.open(`${namespace}/${name}`).find((own) => own.port === port)
      if (!open) continue
      const note = open.problem?.message
      const address = open.actual === undefined ? undefined : `127.0.0.1:${open.actual}`
      found.push({ ...about, type: 'LoadBalancer', ...(address && { address }), ...(note && { note }) })
    } else if (service.spec.type === 'NodePort' && nodePort !== undefined) {
      const note = nodePorts.reason(nodePort)
      const address = nodePorts.isOpen(nodePort) ? `127.0.0.1:${nodePort}` : undefined
      found.push({ ...about, type: 'NodePort', ...(address && { address }), ...(note && { note }) })
    }
  }
  return found.sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1))
}
