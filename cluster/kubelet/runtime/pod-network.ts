/** Where a connection really goes. */
export type Route =
  /** The socket (or, on Windows, the pipe) that a pod's port is. `from` a pod: the address is that of a pod or was chosen among a Service's. */
  | { readonly to: 'pod'; readonly ip: string; readonly port: number }
  /** A listener of this machine that is let through on purpose: the API server. */
  | { readonly to: 'host'; readonly port: number }
  /** Nobody listens at an address of the cluster: ECONNREFUSED. */
  | { readonly to: 'nobody' }
  /** An address outside the cluster, which pods may not reach: ENETUNREACH. */
  | { readonly to: 'outside' }

export interface PodIdentity {
  readonly namespace: string
  readonly name: string
  readonly ip: string
}

/** What a pod's processes ask when they look up a name or connect: answered by kube-proxy and the cluster's DNS. */
export interface PodNetwork {
  /** Addresses of a name as the pod's search list finds it (`store`, `store.shop`, `store.shop.svc.cluster.local`); none: no such name. */
  lookup(from: PodIdentity, name: string): Promise<readonly string[]>
  /** Decides for one connection; a Service's address gives one of its ready endpoints. */
  route(from: PodIdentity, address: string, port: number): Promise<Route>
}
