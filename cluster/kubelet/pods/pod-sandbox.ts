import type { Pod } from '../../apimachinery/objects.ts'
import type { NodeServices } from '../node/node-services.ts'
import type { Sandbox } from '../runtime/runtime.ts'

/** A pod's place on the node: its address and its sandbox. */
export class PodSandbox {
  readonly #node: NodeServices
  #sandbox: Sandbox | undefined
  #ip: string | undefined
  #hadOne: boolean

  /** `hadOne`: containers of the pod ran here before, in a sandbox that is no more. */
  constructor(node: NodeServices, hadOne: boolean) {
    this.#node = node
    this.#hadOne = hadOne
  }

  get exists(): boolean {
    return this.#sandbox !== undefined
  }

  get sandbox(): Sandbox | undefined {
    return this.#sandbox
  }

  /** The address, also after the sandbox is gone: it stays in the pod's status. */
  get ip(): string | undefined {
    return this.#ip
  }

  /** False when it could not be made, which an event tells. */
  async create(pod: Pod): Promise<boolean> {
    const { namespace = '', name, uid } = pod.metadata
    if (this.#hadOne) {
      this.#node.events.record(
        pod,
        'Normal',
        'SandboxChanged',
        'Pod sandbox changed, it will be killed and re-created.',
      )
      this.#hadOne = false
    }
    let ip: string | undefined
    try {
      ip = this.#node.addresses.take()
      this.#sandbox = await this.#node.runtime.createSandbox({
        uid,
        namespace,
        name,
        hostname: this.hostname(pod),
        ip,
        hostAliases: (pod.spec.hostAliases ?? []).map((alias) => ({ ip: alias.ip, hostnames: alias.hostnames ?? [] })),
        network: this.#node.reach.network,
      })
      this.#ip = ip
      return true
    } catch (error) {
      if (ip) this.#node.addresses.free(ip)
      const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = ${(error as Error).message}`
      this.#node.events.record(pod, 'Warning', 'FailedCreatePodSandBox', message)
      return false
    }
  }

  /** Kills what still runs in it and gives the address back. */
  async remove(): Promise<void> {
    const sandbox = this.#sandbox
    if (!sandbox) return
    this.#sandbox = undefined
    await sandbox.remove()
    if (this.#ip) this.#node.addresses.free(this.#ip)
  }

  /** `spec.hostname`, else the pod's name, at most 63 characters. */
  hostname(pod: Pod): string {
    return (pod.spec.hostname || pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '')
  }
}
