import { existsSync, rmSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { PodSockets } from '../pod-sockets.ts'
import { type ConnectTo, loopbackOf } from '../preload/container-settings.ts'
import { type Container, type ContainerConfig, type Sandbox, type SandboxConfig, StartError } from '../runtime.ts'
import { PodContainer } from './pod-container.ts'
import type { PodAround, RuntimeParts } from './surroundings.ts'

/** A pod's place: its address, its sockets, and the containers that share them. */
export class PodSandbox implements Sandbox, PodAround {
  readonly id: string
  readonly config: SandboxConfig
  /** The node's own address in the pod network, the first of its range. */
  readonly gatewayIp: string
  /** A pod's port is `${socketPrefix}${ip}-${port}`. */
  readonly socketPrefix: string
  /** What a container's processes must be able to see beside their own folder. */
  readonly folders: readonly string[]
  readonly #parts: RuntimeParts
  readonly #sockets: PodSockets
  readonly #containers = new Set<PodContainer>()
  #removed = false

  constructor(id: string, config: SandboxConfig, sockets: PodSockets, parts: RuntimeParts) {
    this.id = id
    this.config = config
    this.#sockets = sockets
    this.#parts = parts
    this.gatewayIp = config.ip.replace(/\.\d+$/, '.1')
    this.socketPrefix = sockets.path('', 0).slice(0, -'-0'.length)
    this.folders = sockets.folder === '' ? [] : [sockets.folder]
  }

  async start(config: ContainerConfig): Promise<Container> {
    const container = await PodContainer.start(this.#parts, this, config)
    this.#containers.add(container)
    container.exited.then(() => this.#containers.delete(container))
    if (this.#removed) {
      container.signal('SIGKILL')
      throw new StartError('RunContainerError', `sandbox ${this.id} is gone`)
    }
    return container
  }

  async remove(): Promise<void> {
    this.#removed = true
    const running = [...this.#containers]
    for (const container of running) container.signal('SIGKILL')
    await Promise.all(running.map((container) => container.exited))
    await this.removeSockets()
  }

  /** Where a connection of this pod goes. Of a name with several addresses the first is taken that somebody listens on. */
  async connect(host: string, port: number): Promise<{ address: string; to: ConnectTo }> {
    const addresses = isAddress(host) ? [host] : await this.lookup(host)
    let answer: { address: string; to: ConnectTo } = { address: host, to: { kind: 'unknown-name' } }
    for (const [index, address] of addresses.entries()) {
      const to = await this.#route(address, port)
      const listens = to.kind === 'host' || (to.kind === 'socket' && (addresses.length === 1 || exists(to.path)))
      if (index === 0 || listens) answer = { address, to }
      if (listens) break
    }
    return answer
  }

  /** Addresses of a name: by /etc/hosts first, then by the cluster's DNS. */
  async lookup(name: string): Promise<readonly string[]> {
    const wanted = name.toLowerCase().replace(/\.$/, '')
    if (wanted === 'localhost') return ['127.0.0.1']
    const { hostname, ip, hostAliases, network } = this.config
    if (wanted === hostname) return [ip]
    const aliases = hostAliases.filter(({ hostnames }) => hostnames.includes(wanted))
    return aliases.length > 0 ? aliases.map((alias) => alias.ip) : network.lookup(this.config, wanted)
  }

  removeSocket(socket: string): void {
    // A process names its own sockets; only those of this pod are believed.
    const own = [this.config.ip, loopbackOf(this.config.ip)].some((ip) =>
      socket.startsWith(`${this.socketPrefix}${ip}-`),
    )
    if (own && this.#sockets.folder !== '') rmSync(socket, { force: true })
  }

  /** Removes what an earlier process of this address may have left. */
  async removeSockets(): Promise<void> {
    if (this.#sockets.folder === '') return
    const names = await readdir(this.#sockets.folder).catch(() => [])
    const own = names.filter((name) => name.startsWith(`${this.config.ip}-`))
    await Promise.all(own.map((name) => rm(path.join(this.#sockets.folder, name), { force: true })))
  }

  async #route(address: string, port: number): Promise<ConnectTo> {
    const route = await this.config.network.route(this.config, address, port)
    if (route.to === 'pod') return { kind: 'socket', path: this.#sockets.path(route.ip, route.port) }
    if (route.to === 'host') return { kind: 'host', port: route.port }
    return { kind: route.to === 'nobody' ? 'refused' : 'unreachable' }
  }
}

function isAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) || host.includes(':')
}

/** Named pipes cannot be looked at without opening them; they count as there. */
function exists(socket: string): boolean {
  return process.platform === 'win32' || existsSync(socket)
}
