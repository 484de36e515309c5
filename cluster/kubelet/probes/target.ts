import { connect, type Socket } from 'node:net'
import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts'
import type { PodNetwork } from '../runtime/pod-network.ts'
import type { PodSockets } from '../runtime/pod-sockets.ts'

/** What probes and hooks need to reach a pod. */
export interface Reach {
  readonly network: PodNetwork
  readonly sockets: PodSockets
}

/** A port's number, by number, digits or name. Throws an Error with the kubelet's words for a name that no port has. */
export function resolvePort(port: number | string, container: ContainerSpec): number {
  const number = typeof port === 'number' || /^\d+$/.test(port) ? Number(port) : undefined
  const found = number ?? container.ports?.find(({ name }) => name === port)?.containerPort
  if (found === undefined) throw new Error(`couldn't find port: ${port} in container ${container.name}`)
  if (found < 1 || found > 65_535) throw new Error(`invalid port number: ${found}`)
  return found
}

/**
 * The address that `host` names: the pod's own when it is left out, else an address or a name of the cluster.
 * Connections to anything else are refused, so that a manifest cannot make the node call out.
 */
export async function openTarget(
  pod: Pod,
  podIP: string,
  host: string | undefined,
  port: number,
  reach: Reach,
): Promise<Socket> {
  const socket = connect(await place(pod, podIP, host, port, reach))
  socket.on('error', () => {})
  return socket
}

async function place(pod: Pod, podIP: string, host: string | undefined, port: number, { network, sockets }: Reach) {
  if (!host || host === podIP || host === 'localhost' || host === '127.0.0.1') return sockets.path(podIP, port)
  const { namespace = '', name } = pod.metadata
  const from = { namespace, name, ip: podIP }
  const isAddress = /^[\d.]+$/.test(host) || host.includes(':')
  const [address] = isAddress ? [host] : await network.lookup(from, host)
  if (!address) throw new Error(`dial tcp: lookup ${host}: no such host`)
  const route = await network.route(from, address, port)
  if (route.to === 'pod') return sockets.path(route.ip, route.port)
  if (route.to === 'nobody') throw new Error(`dial tcp ${address}:${port}: connect: connection refused`)
  throw new Error(`dial tcp ${address}:${port}: connect: network is unreachable`)
}

/** A failure to connect or to read, in the words of Go's net package. */
export function netWords(error: NodeJS.ErrnoException, address: string): string {
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return `dial tcp ${address}: connect: connection refused`
    case 'ECONNRESET':
    case 'EPIPE':
      return error.message === 'socket hang up' ? 'EOF' : `read tcp ${address}: read: connection reset by peer`
  }
  return error.message
}
