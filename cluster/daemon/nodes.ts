import { totalmem } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { type Clock, RealClock } from '../apimachinery/clock.ts'
import { failure } from '../apimachinery/errors.ts'
import type { Pod } from '../apimachinery/objects.ts'
import type { LogOptions, PodLocalhost, ReachedContainer } from '../apiserver/node-connector.ts'
import type { ApiClient } from '../client/api-client.ts'
import { Kubelet } from '../kubelet/kubelet.ts'
import type { PodNetwork } from '../kubelet/runtime/pod-network.ts'
import type { PodSockets } from '../kubelet/runtime/pod-sockets.ts'
import type { Runtime } from '../kubelet/runtime/runtime.ts'
import { reporter } from './log.ts'
import type { StateFolder } from './state-folder.ts'

export const NODE_COUNT = 3
/** What a small server costs this machine; half of its memory is for pods. Bytes. */
const POD_BYTES = 60 * 1024 * 1024
/** Kubernetes' own limit, and as few as the lessons need. */
const [FEWEST_PODS, MOST_PODS] = [8, 110]

interface Options {
  readonly state: StateFolder
  readonly clock: Clock
  readonly runtime: Runtime
  readonly network: PodNetwork
  readonly sockets: PodSockets
  client(manager: string): ApiClient
}

/** The nodes of the practice cluster: a kubelet each, one machine and one runtime for all. */
export class Nodes {
  readonly kubelets: readonly Kubelet[]

  constructor({ state, clock, runtime, network, sockets, client }: Options) {
    const realTime = new RealClock()
    this.kubelets = Array.from({ length: NODE_COUNT }, (_, index) => {
      const number = index + 1
      const nodeName = `node-${number}`
      return new Kubelet({
        api: client('kubelet'),
        clock,
        realTime,
        runtime,
        network,
        sockets,
        nodeName,
        podCidr: `10.244.${number}.0/24`,
        nodeIp: `172.18.0.${number + 1}`,
        stateFolder: path.join(state.kubelet, nodeName),
        // The same on every machine, so that a lesson's numbers come out alike; only pods are bounded by real memory.
        capacity: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi', pods: String(podsPerNode(totalmem())) },
        report: reporter(`kubelet/${nodeName}`),
      })
    })
  }

  /** A container's log, from the kubelet of the pod's node. Throws ApiError. */
  async logs(pod: Pod, container: string, options: LogOptions): Promise<Readable> {
    return await this.#of(pod).logs(pod, container, options)
  }

  /** For exec and attach, as Kubelet.reach. */
  reach(pod: Pod, container: string): ReachedContainer {
    return this.#of(pod).reach(pod, container)
  }

  /** For port-forward, as Kubelet.localhost. */
  localhost(pod: Pod): PodLocalhost {
    return this.#of(pod).localhost(pod)
  }

  #of(pod: Pod): Kubelet {
    const kubelet = this.kubelets.find(({ nodeName }) => nodeName === pod.spec.nodeName)
    if (!kubelet) throw failure(500, 'InternalError', `no kubelet answers for node "${pod.spec.nodeName ?? ''}"`)
    return kubelet
  }
}

/** How many pods a node takes on a machine with this much memory. */
export function podsPerNode(memoryBytes: number): number {
  const pods = Math.floor(memoryBytes / 2 / NODE_COUNT / POD_BYTES)
  return Math.min(Math.max(pods, FEWEST_PODS), MOST_PODS)
}
