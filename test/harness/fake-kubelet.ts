import { type Clock, microTimestamp, type Timer, timestamp } from '../../cluster/apimachinery/clock.ts'
import { isConflict, isNotFound } from '../../cluster/apimachinery/errors.ts'
import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { isFinished } from '../../cluster/apimachinery/pods.ts'
import type { ApiClient } from '../../cluster/client/api-client.ts'
import { Informer } from '../../cluster/client/informer.ts'

/** How often nodes report. Clock ms, as the kubelet's lease. */
const BEAT_MS = 10_000

export interface NodeShape {
  readonly name: string
  readonly cpu?: string
  readonly memory?: string
  readonly pods?: string
  readonly labels?: Readonly<Record<string, string>>
}

/**
 * Stands for the kubelets of some nodes: registers them, reports for them, and says of each pod bound there that it runs, and
 * of each deleted one that it is gone. No process is started.
 */
export class FakeKubelet {
  /** Whether a pod becomes ready; may be changed at any time. A pod with the label `broken` does not. */
  readiness: (pod: Pod) => boolean = ({ metadata }) => metadata.labels?.broken === undefined
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #nodes = new Map<string, NodeShape>()
  readonly #silent = new Set<string>()
  readonly #pods: Informer<'v1 Pod'>
  readonly #working = new Set<Promise<void>>()
  #beat: Timer | undefined
  /** By uid: two syncs of one pod at once give it one address. */
  readonly #addresses = new Map<string, string>()

  constructor(api: ApiClient, clock: Clock) {
    this.#api = api
    this.#clock = clock
    this.#pods = new Informer('v1 Pod', api, clock)
    this.#pods.listen(({ next }) => {
      if (next) this.#keep(this.#sync(next))
    })
  }

  async start(nodes: readonly NodeShape[]): Promise<void> {
    for (const node of nodes) await this.register(node)
    await this.#pods.start()
    this.#beat = this.#clock.setTimeout(() => this.#onBeat(), BEAT_MS)
  }

  async stop(): Promise<void> {
    this.#beat?.cancel()
    await this.#pods.stop()
    await Promise.all(this.#working)
  }

  async register(shape: NodeShape): Promise<void> {
    const { name, cpu = '4', memory = '8Gi', pods = '110', labels } = shape
    const amounts = { cpu, memory, pods }
    await this.#api.create('v1 Node', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    })
    this.#nodes.set(name, shape)
    const status = { capacity: amounts, allocatable: amounts, conditions: this.#conditions() }
    await this.#api.patch('v1 Node', { name }, { type: 'merge', body: { status } }, { subresource: 'status' })
    const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTimestamp(this.#clock.now()) }
    const metadata = { name, namespace: 'kube-node-lease' }
    await this.#api.create('coordination.k8s.io/v1 Lease', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata,
      spec,
    })
  }

  /** The node is heard no more, until `wake`. */
  silence(name: string): void {
    this.#silent.add(name)
  }

  async wake(name: string): Promise<void> {
    this.#silent.delete(name)
    const body = { status: { conditions: this.#conditions() } }
    await this.#api.patch('v1 Node', { name }, { type: 'strategic', body }, { subresource: 'status' })
    for (const pod of this.#pods.list()) this.#keep(this.#sync(pod))
  }

  /** Looks at all pods again: `readiness` may say something else now. */
  async refresh(): Promise<void> {
    await Promise.all(this.#pods.list().map((pod) => this.#sync(pod)))
  }

  #onBeat(): void {
    this.#beat = this.#clock.setTimeout(() => this.#onBeat(), BEAT_MS)
    for (const name of this.#nodes.keys()) {
      if (this.#silent.has(name)) continue
      const body = { spec: { renewTime: microTimestamp(this.#clock.now()) } }
      const lease = { name, namespace: 'kube-node-lease' }
      this.#keep(this.#api.patch('coordination.k8s.io/v1 Lease', lease, { type: 'merge', body }))
    }
  }

  #conditions() {
    const at = timestamp(this.#clock.now())
    const message = 'kubelet is posting ready status'
    return [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message,
        lastHeartbeatTime: at,
        lastTransitionTime: at,
      },
    ]
  }

  async #sync(pod: Pod): Promise<void> {
    const { nodeName } = pod.spec
    if (!nodeName || !this.#nodes.has(nodeName) || this.#silent.has(nodeName)) return
    if (pod.metadata.deletionTimestamp) {
      const preconditions = { uid: pod.metadata.uid }
      return this.#api.delete('v1 Pod', pod.metadata, { gracePeriodSeconds: 0, preconditions })
    }
    if (isFinished(pod)) return
    const ready = this.readiness(pod) ? 'True' : 'False'
    const present = pod.status.conditions?.find(({ type }) => type === 'Ready')
    if (pod.status.phase === 'Running' && present?.status === ready) return
    const at = timestamp(this.#clock.now())
    const podIP = pod.status.podIP ?? this.#addressOf(pod.metadata.uid)
    const conditions = [
      { type: 'Ready', status: ready, lastTransitionTime: at },
      { type: 'ContainersReady', status: ready, lastTransitionTime: at },
    ]
    const body = {
      metadata: { uid: pod.metadata.uid },
      status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }], startTime: pod.status.startTime ?? at, conditions },
    }
    await this.#api.patch('v1 Pod', pod.metadata, { type: 'strategic', body }, { subresource: 'status' })
  }

  #addressOf(uid: string): string {
    const number = this.#addresses.size + 1
    const address = this.#addresses.get(uid) ?? `10.244.${number >> 8}.${number & 255}`
    this.#addresses.set(uid, address)
    return address
  }

  #keep(work: Promise<unknown>): void {
    const done = work.then(
      () => {},
      (error: unknown) => {
        if (!isNotFound(error) && !isConflict(error)) throw error
      },
    )
    this.#working.add(done)
    void done.finally(() => this.#working.delete(done))
  }
}
