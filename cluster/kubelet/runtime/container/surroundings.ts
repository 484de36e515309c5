import type { ConnectTo } from '../preload/container-settings.ts'
import type { ControlServer } from '../processes/control-server.ts'
import type { Reaper } from '../processes/reaper.ts'
import type { SandboxConfig } from '../runtime.ts'

/** What a container needs of the runtime that it belongs to. */
export interface RuntimeParts {
  /** Holds a folder for each container. */
  readonly folder: string
  readonly control: ControlServer
  readonly reaper: Reaper
}

/** The pod around a container, as its processes have to do with it. */
export interface PodAround {
  readonly config: SandboxConfig
  /** The node's own address in the pod network, the first of its range. */
  readonly gatewayIp: string
  /** A pod's port is `${socketPrefix}${ip}-${port}`. */
  readonly socketPrefix: string
  /** What a container's processes must be able to see beside their own folder. */
  readonly folders: readonly string[]
  /** Where a connection of this pod goes. Of a name with several addresses the first is taken that somebody listens on. */
  connect(host: string, port: number): Promise<{ address: string; to: ConnectTo }>
  /** Addresses of a name: by /etc/hosts first, then by the cluster's DNS. */
  lookup(name: string): Promise<readonly string[]>
  /** Removes a socket that a process of the pod has left. */
  removeSocket(socket: string): void
}
