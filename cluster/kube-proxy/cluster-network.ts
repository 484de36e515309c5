import type { PodIdentity, PodNetwork, Route } from '../kubelet/runtime/pod-network.ts'
import type { ClusterDns } from './cluster-dns.ts'
import type { Rules } from './rules.ts'

/** What pods see of the network: names from the cluster's DNS, ways from the rules that kube-proxy keeps. */
export class ClusterNetwork implements PodNetwork {
  readonly #dns: ClusterDns
  readonly #rules: Rules

  constructor(dns: ClusterDns, rules: Rules) {
    this.#dns = dns
    this.#rules = rules
  }

  async lookup(from: PodIdentity, name: string): Promise<readonly string[]> {
    return this.#dns.lookup(from, name)
  }

  async route(from: PodIdentity, address: string, port: number): Promise<Route> {
    return this.#rules.route(from, address, port)
  }
}
