import type { Pod } from '../../apimachinery/objects.ts'
import { type Filter, refusal } from './filter.ts'

interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

/** Refuses nodes where a host port of the pod is taken. Follows the plugin NodePorts. */
export const nodePorts: Filter = (pod) => {
  const wanted = hostPorts(pod)
  return ({ pods }) => {
    const taken = wanted.length > 0 ? pods.flatMap(hostPorts) : []
    return wanted.some((port) => taken.some((other) => collide(port, other)))
      ? refusal("node(s) didn't have free ports for the requested pod ports", true)
      : undefined
  }
}

function hostPorts({ spec }: Pod): HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  return [...spec.containers, ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .filter(({ hostPort }) => hostPort)
    .map(({ hostIP, protocol = 'TCP', hostPort = 0 }) => ({ ip: hostIP || '0.0.0.0', protocol, port: hostPort }))
}

function collide(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false
  return a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0'
}
