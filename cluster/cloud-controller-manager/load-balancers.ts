import type { Service, ServicePort } from '../apimachinery/objects.ts'
import type { Rules } from '../kube-proxy/rules.ts'
import { TcpForwarder } from '../kube-proxy/tcp-forwarder.ts'
import type { PodSockets } from '../kubelet/runtime/pod-sockets.ts'

export const LOAD_BALANCER_IP = '127.0.0.1'
/** Where a port is sought that cannot be had: the same one, this much higher. */
const SECOND_CHOICE = 8_000

/** One port of a load balancer, as this machine really has it. */
export interface OpenPort {
  /** The Service's own. */
  readonly port: number
  /** Where this machine listens; undefined: nowhere. */
  readonly actual: number | undefined
  /** Why it is not the Service's own. */
  readonly problem?: { readonly code: string; readonly message: string }
}

interface Listener {
  readonly open: OpenPort
  readonly forwarder: TcpForwarder | undefined
}

/** The cloud of the practice cluster: its load balancers are listeners on 127.0.0.1. */
export class LoadBalancers {
  readonly #rules: Rules
  readonly #sockets: PodSockets
  readonly #byService = new Map<string, Map<string, Listener>>()

  constructor(rules: Rules, sockets: PodSockets) {
    this.#rules = rules
    this.#sockets = sockets
  }

  /** Makes the load balancer of a Service what its spec says, keeping what is already right. */
  async ensure(service: Service): Promise<readonly OpenPort[]> {
    const key = `${service.metadata.namespace}/${service.metadata.name}`
    const listeners = this.#byService.get(key) ?? new Map<string, Listener>()
    this.#byService.set(key, listeners)
    const wanted = new Map((service.spec.ports ?? []).map((port) => [`${port.name ?? ''} ${port.port}`, port]))
    for (const [id, { forwarder }] of listeners) {
      if (wanted.has(id)) continue
      listeners.delete(id)
      await forwarder?.close()
    }
    for (const [id, port] of wanted) {
      if (listeners.get(id)?.open.actual !== undefined) continue
      listeners.set(id, await this.#listen(key, port))
    }
    return [...wanted.keys()].map((id) => (listeners.get(id) as Listener).open)
  }

  /** Gives back the ports of a Service. */
  async remove(key: string): Promise<void> {
    const listeners = this.#byService.get(key)
    this.#byService.delete(key)
    await Promise.all([...(listeners?.values() ?? [])].map(({ forwarder }) => forwarder?.close()))
  }

  /** Whether a load balancer exists for `namespace/name`. */
  has(key: string): boolean {
    return this.#byService.has(key)
  }

  open(key: string): readonly OpenPort[] {
    return [...(this.#byService.get(key)?.values() ?? [])].map(({ open }) => open)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byService.keys()].map((key) => this.remove(key)))
  }

  async #listen(key: string, { port, name, protocol }: ServicePort): Promise<Listener> {
    if (protocol && protocol !== 'TCP') {
      const message = `${protocol} is not forwarded by the practice cluster`
      return {
        open: { port, actual: undefined, problem: { code: 'ProtocolNotSupported', message } },
        forwarder: undefined,
      }
    }
    const choose = ({ address }: { readonly address: string }) => {
      const door = this.#rules.door(`${key}:${name ?? ''}`)
      const target = door && this.#rules.pick(door, { address })
      return target && this.#sockets.path(target.ip, target.port)
    }
    let problem: OpenPort['problem']
    for (const candidate of [port, port + SECOND_CHOICE, 0]) {
      if (candidate > 65_535) continue
      try {
        const forwarder = await TcpForwarder.listen(candidate, choose)
        return { open: { port, actual: forwarder.port, ...(problem && { problem }) }, forwarder }
      } catch (error) {
        problem ??= reasonOf(error as NodeJS.ErrnoException, port)
      }
    }
    return { open: { port, actual: undefined, ...(problem && { problem }) }, forwarder: undefined }
  }
}

function reasonOf(error: NodeJS.ErrnoException, port: number): NonNullable<OpenPort['problem']> {
  const place = `${LOAD_BALANCER_IP}:${port}`
  if (error.code === 'EADDRINUSE') return { code: 'PortInUse', message: `${place} is in use by another program` }
  if (error.code === 'EACCES')
    return { code: 'PortNeedsPrivileges', message: `${place} may only be opened by an administrator` }
  return { code: 'PortNotAvailable', message: `${place} cannot be opened: ${error.message}` }
}
