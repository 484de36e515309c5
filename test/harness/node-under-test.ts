import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { AnyObject, Draft, Event, Pod } from '../../cluster/apimachinery/objects.ts'
import { kinds } from '../../cluster/apiserver/kinds/index.ts'
import { loopback } from '../../cluster/apiserver/loopback.ts'
import { Resources } from '../../cluster/apiserver/resource.ts'
import type { ApiClient } from '../../cluster/client/api-client.ts'
import { Store } from '../../cluster/etcd/store.ts'
import { Kubelet } from '../../cluster/kubelet/kubelet.ts'
import type { PodNetwork } from '../../cluster/kubelet/runtime/pod-network.ts'
import { PodSockets } from '../../cluster/kubelet/runtime/pod-sockets.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeRuntime } from './fake-runtime.ts'
import { until } from './until.ts'

/** A kubelet with an API, a clock that stands, and containers without processes. */
export class NodeUnderTest {
  readonly clock = new FakeClock()
  readonly runtime = new FakeRuntime(this.clock)
  readonly api: ApiClient
  readonly folder: string
  readonly sockets: PodSockets
  readonly defects: unknown[] = []
  kubelet: Kubelet
  readonly #store: Store<AnyObject>

  static async start(): Promise<NodeUnderTest> {
    const node = new NodeUnderTest(await mkdtemp(path.join(tmpdir(), 'kubelet-')))
    await node.api.create('v1 Namespace', { metadata: { name: 'default' } })
    await node.api.create('v1 Namespace', { metadata: { name: 'kube-node-lease' } })
    await node.api.create('v1 ServiceAccount', { metadata: { name: 'default', namespace: 'default' } })
    await node.kubelet.start()
    return node
  }

  private constructor(folder: string) {
    this.folder = folder
    this.#store = new Store<AnyObject>(path.join(folder, 'etcd'))
    const registry = { store: this.#store, resources: new Resources(kinds), clock: this.clock }
    this.api = loopback(registry, 'test')
    this.sockets = new PodSockets(folder)
    this.kubelet = this.newKubelet()
  }

  /** Another kubelet of the same node: what a restart of the whole cluster makes. */
  newKubelet(): Kubelet {
    const network: PodNetwork = { lookup: async () => [], route: async () => ({ to: 'nobody' }) }
    return new Kubelet({
      api: this.api,
      clock: this.clock,
      realTime: this.clock,
      runtime: this.runtime,
      network,
      sockets: this.sockets,
      nodeName: 'node-1',
      podCidr: '10.244.1.0/24',
      nodeIp: '10.0.0.1',
      stateFolder: path.join(this.folder, 'node-1'),
      capacity: { cpu: '2', memory: '4Gi', pods: '20', 'ephemeral-storage': '10Gi' },
      report: (error) => this.defects.push(error),
    })
  }

  /** A pod bound to this node, with one container `server` of the image `app:1.0` unless told otherwise. */
  async create(name: string, spec: Draft<Pod['spec']> = {}, metadata: Draft<Pod['metadata']> = {}): Promise<Pod> {
    const whole = {
      nodeName: 'node-1',
      automountServiceAccountToken: false,
      containers: [{ name: 'server', image: 'app:1.0' }],
      ...spec,
    }
    const made = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', ...metadata }, spec: whole }
    return this.api.create('v1 Pod', made as Draft<Pod>)
  }

  pod(name: string): Promise<Pod> {
    return this.api.get('v1 Pod', { namespace: 'default', name })
  }

  async status(name: string): Promise<Pod['status']> {
    return (await this.pod(name)).status
  }

  /** The state of a container as one word: `running`, or the reason why it is not. */
  async state(name: string, container = 'server'): Promise<string> {
    const { containerStatuses = [], initContainerStatuses = [] } = await this.status(name)
    const found = [...containerStatuses, ...initContainerStatuses].find((entry) => entry.name === container)
    const { running, waiting, terminated } = found?.state ?? {}
    return running ? 'running' : (waiting?.reason ?? terminated?.reason ?? 'unknown')
  }

  /** Waits until a container is in this state. */
  async reaches(name: string, state: string, container = 'server'): Promise<void> {
    let last = ''
    await until(`${name}/${container} is ${state}`, async () => {
      await this.clock.advance(0)
      last = await this.state(name, container)
      return last === state
    }).catch((error: Error) => {
      throw new Error(`${error.message}, but ${last}`)
    })
  }

  async isGone(name: string): Promise<void> {
    await until(`${name} is gone`, async () => {
      await this.clock.advance(0)
      const { items } = await this.api.list('v1 Pod', { namespace: 'default' })
      return !items.some(({ metadata }) => metadata.name === name)
    })
  }

  /** `Reason: message`, oldest first; what came several times has its count after it. */
  async events(name: string): Promise<string[]> {
    const { items } = await this.api.list('v1 Event', { namespace: 'default' })
    return items
      .filter((event: Event) => event.involvedObject.name === name)
      .map(({ reason, message, count = 1 }) => `${reason}: ${message}${count > 1 ? ` ×${count}` : ''}`)
  }

  async close(): Promise<void> {
    await this.kubelet.lose()
    await this.runtime.close()
    this.#store.close()
    await rm(this.folder, { recursive: true, force: true })
    const [defect] = this.defects
    if (defect) throw defect
  }
}
