import { RealClock } from '../apimachinery/clock.ts'
import { type ApiServer, startApiServer } from '../apiserver/api-server.ts'
import type { NodeConnector } from '../apiserver/node-connector.ts'
import { CloudControllerManager } from '../cloud-controller-manager/cloud-controller-manager.ts'
import { LoadBalancers } from '../cloud-controller-manager/load-balancers.ts'
import { ControllerManager } from '../controller-manager/controller-manager.ts'
import { ClusterDns } from '../kube-proxy/cluster-dns.ts'
import { ClusterNetwork } from '../kube-proxy/cluster-network.ts'
import { KubeProxy } from '../kube-proxy/kube-proxy.ts'
import { Rules } from '../kube-proxy/rules.ts'
import { createRuntime } from '../kubelet/runtime/create-runtime.ts'
import { PodSockets } from '../kubelet/runtime/pod-sockets.ts'
import type { Runtime } from '../kubelet/runtime/runtime.ts'
import { Scheduler } from '../scheduler/scheduler.ts'
import { type Credentials, credentialsOf } from './credentials.ts'
import { dial } from './dial.ts'
import { onFreePort } from './free-port.ts'
import { kubeconfig } from './kubeconfig.ts'
import { log, reporter } from './log.ts'
import { nodeStatus } from './node-status.ts'
import { Nodes } from './nodes.ts'
import { practiceDoor } from './practice-door.ts'
import { serviceAddresses } from './service-addresses.ts'
import type { StateFolder } from './state-folder.ts'
import type { ClusterStatus } from './status.ts'
import { Switchboard } from './switchboard.ts'

export interface ClusterOptions {
  readonly state: StateFolder
  /** Of the bundle that runs. */
  readonly version: string
  /** Called for each request that begins; what it gives is called when its answer has ended. */
  began(): () => void
  /** Asked through the practice cluster's own door to end the process. */
  shutdown(): void
}

interface Parts {
  readonly kubeProxy: KubeProxy
  readonly nodes: Nodes
  readonly runtime: Runtime
  readonly switchboard: Switchboard
}

/** All components of the practice cluster in one process. They meet at the API alone; here is who gets which client. */
export class Cluster {
  readonly #state: StateFolder
  readonly #version: string
  /** May be sped up; what lives in real time has a clock of its own. */
  readonly #clock = new RealClock()
  readonly #startedAt = Math.round(performance.timeOrigin)
  readonly #balancers: LoadBalancers
  readonly #rules: Rules
  readonly #sockets: PodSockets
  #readyAfterMs = 0
  #credentials!: Credentials
  #apiServer!: ApiServer
  /** Everything but the API server, which answers before the rest is there. */
  readonly #parts: Promise<Parts>
  #wired: (parts: Parts) => void = () => {}

  private constructor({ state, version }: ClusterOptions) {
    this.#state = state
    this.#version = version
    this.#sockets = new PodSockets(state.root)
    this.#rules = new Rules(this.#clock, () => this.port)
    this.#balancers = new LoadBalancers(this.#rules, this.#sockets)
    this.#parts = new Promise((resolve) => {
      this.#wired = resolve
    })
  }

  /** Resolves when the API answers; nothing else runs yet. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options)
    await cluster.#serve(options)
    return cluster
  }

  get port(): number {
    return Number(new URL(this.#apiServer.url).port)
  }

  /** Starts everything else. Resolves when all components have filled their caches and work. */
  async startComponents(): Promise<void> {
    this.#wired(await this.#wire())
    const { switchboard } = await this.#parts
    // The scheduler last: the first pods would all land on the first node that is ready.
    await switchboard.startAll((name) => name !== 'scheduler')
    await switchboard.start('scheduler')
    log(`all components run, ${Math.round(performance.now())} ms after the process's start`)
  }

  /** Ends all components, all pods' processes, then the API. */
  async stop(): Promise<void> {
    const { switchboard, kubeProxy, runtime } = await this.#parts
    await switchboard.stopAll()
    await Promise.all([this.#balancers.close(), kubeProxy.close(), runtime.close()])
    await this.#apiServer.close()
  }

  async #serve({ began, shutdown }: ClusterOptions): Promise<void> {
    const state = this.#state
    const credentials = credentialsOf(state)
    this.#credentials = credentials
    const connector: NodeConnector = {
      logs: async (pod, container, options) => (await this.#parts).nodes.logs(pod, container, options),
      dial: (ip, port) => dial(this.#sockets, ip, port),
      reach: async (pod, container) => (await this.#parts).nodes.reach(pod, container),
      localhost: async (pod) => (await this.#parts).nodes.localhost(pod),
    }
    const options = {
      stateFolder: state.etcd,
      tls: { key: credentials.key, cert: credentials.certificate },
      token: credentials.token,
      clock: this.#clock,
      connector,
      extension: {
        prefix: '/practice/',
        serve: practiceDoor({
          status: () => this.#status(),
          start: async (component) => (await this.#parts).switchboard.start(component),
          stop: async (component) => (await this.#parts).switchboard.stop(component),
          setSpeed: (speed) => {
            this.#clock.speed = speed
            log(`the clock's speed is ${speed}`)
          },
          shutdown,
        }),
      },
      began,
    }
    this.#apiServer = await onFreePort(state, (port) => startApiServer({ ...options, port }))
    state.write(state.kubeconfig, kubeconfig(this.#apiServer.url, credentials))
    state.write(state.portFile, String(this.port))
    this.#readyAfterMs = Math.round(performance.now())
    const { pid } = process
    const about = {
      pid,
      port: this.port,
      version: this.#version,
      startedAt: this.#startedAt,
      readyAfterMs: this.#readyAfterMs,
    }
    state.write(state.processFile, JSON.stringify(about))
    log(`${this.#apiServer.url} answers, ${this.#readyAfterMs} ms after the process's start`)
  }

  async #wire(): Promise<Parts> {
    const clock = this.#clock
    const sockets = this.#sockets
    const client = (manager: string) => this.#apiServer.client(manager)
    const dns = new ClusterDns(client('coredns'), clock)
    const network = new ClusterNetwork(dns, this.#rules)
    const runtime = await createRuntime({ stateFolder: this.#state.root })
    const kubeProxy = new KubeProxy({ api: client('kube-proxy'), clock, rules: this.#rules, sockets })
    const nodes = new Nodes({ state: this.#state, clock, runtime, network, sockets, client })
    const switchboard = new Switchboard([
      dns,
      kubeProxy,
      ...nodes.kubelets,
      new Scheduler({ api: client('kube-scheduler'), clock, report: reporter('scheduler') }),
      new ControllerManager({
        api: client('kube-controller-manager'),
        clock,
        certificate: this.#credentials.certificate,
        report: reporter('controller-manager'),
      }),
      new CloudControllerManager({
        api: client('cloud-controller-manager'),
        clock,
        balancers: this.#balancers,
        report: reporter('cloud-controller-manager'),
      }),
    ])
    for (const kubelet of nodes.kubelets) switchboard.alias(kubelet.nodeName, kubelet.name, () => kubelet.lose())
    return { kubeProxy, nodes, runtime, switchboard }
  }

  async #status(): Promise<ClusterStatus> {
    const { switchboard, kubeProxy } = await this.#parts
    return {
      version: this.#version,
      pid: process.pid,
      startedAt: this.#startedAt,
      readyAfterMs: this.#readyAfterMs,
      speed: this.#clock.speed,
      memoryBytes: process.memoryUsage.rss(),
      components: switchboard.status(),
      nodes: await nodeStatus(this.#apiServer.client('practice')),
      services: serviceAddresses(this.#rules, kubeProxy.nodePorts, this.#balancers),
    }
  }
}
