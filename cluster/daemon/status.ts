/** What the practice cluster's own door answers, beside the Kubernetes API: `/practice/v1/…`, with the same token. */

/** GET /practice/v1/status. */
export interface ClusterStatus {
  readonly version: string
  readonly pid: number
  readonly startedAt: number
  readonly readyAfterMs: number
  /** How much faster than real time the control plane's clock goes. */
  readonly speed: number
  /** Resident bytes of the process. */
  readonly memoryBytes: number
  readonly components: readonly ComponentStatus[]
  readonly nodes: readonly NodeStatus[]
  /** Real addresses of Services on this machine. */
  readonly services: readonly ServiceAddress[]
}

export interface ComponentStatus {
  /** `scheduler`, `controller-manager`, `kube-proxy`, `kubelet/node-1`, … */
  readonly name: string
  readonly running: boolean
  /** By a command, and not started since. One that has not come up yet is not. */
  readonly stopped: boolean
}

export interface NodeStatus {
  readonly name: string
  readonly ready: boolean
  /** How many pods are bound to it, of how many it takes. */
  readonly pods: number
  readonly capacity: number
}

export interface ServiceAddress {
  readonly namespace: string
  readonly name: string
  readonly type: 'NodePort' | 'LoadBalancer'
  /** The Service's own port. */
  readonly port: number
  /** Where this machine listens for it: `127.0.0.1:8080`; undefined when it could not be had. */
  readonly address?: string
  /** Why the address is not the expected one. */
  readonly note?: string
}
