import type { PodSockets } from '../kubelet/runtime/pod-sockets.ts'
import type { Rules } from './rules.ts'
import { TcpForwarder } from './tcp-forwarder.ts'

/** The NodePorts of all Services, as listeners on 127.0.0.1: the machine stands for every node. */
export class NodePorts {
  readonly #rules: Rules
  readonly #sockets: PodSockets
  readonly #open = new Map<number, TcpForwarder>()
  readonly #failed = new Map<number, string>()
  #syncing: Promise<void> = Promise.resolve()

  constructor(rules: Rules, sockets: PodSockets) {
    this.#rules = rules
    this.#sockets = sockets
  }

  /** Opens what is missing and closes what is no longer wanted. Calls `failed` for a port that cannot be had, once. */
  sync(failed: (port: number, error: NodeJS.ErrnoException) => void): Promise<void> {
    this.#syncing = this.#syncing.then(async () => {
      const wanted = new Set(this.#rules.nodePorts().map(({ nodePort }) => nodePort as number))
      for (const [port, forwarder] of this.#open) {
        if (wanted.has(port)) continue
        this.#open.delete(port)
        await forwarder.close()
      }
      for (const port of this.#failed.keys()) if (!wanted.has(port)) this.#failed.delete(port)
      for (const port of wanted) {
        if (this.#open.has(port)) continue
        try {
          this.#open.set(port, await TcpForwarder.listen(port, (client) => this.#choose(port, client.address)))
          this.#failed.delete(port)
        } catch (error) {
          const { message } = error as Error
          if (this.#failed.get(port) === message) continue
          this.#failed.set(port, message)
          failed(port, error as NodeJS.ErrnoException)
        }
      }
    })
    return this.#syncing
  }

  isOpen(port: number): boolean {
    return this.#open.has(port)
  }

  /** Why a wanted port is not open. */
  reason(port: number): string | undefined {
    return this.#failed.get(port)
  }

  async close(): Promise<void> {
    await this.#syncing
    await Promise.all([...this.#open.values()].map((forwarder) => forwarder.close()))
    this.#open.clear()
  }

  #choose(port: number, address: string): string | undefined {
    const door = this.#rules.doorOfNodePort(port)
    const target = door && this.#rules.pick(door, { address })
    return target && this.#sockets.path(target.ip, target.port)
  }
}
