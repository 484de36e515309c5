import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '../apimachinery/clock.ts'
import { failure } from '../apimachinery/errors.ts'
import type { Pod } from '../apimachinery/objects.ts'
import type { LogOptions, PodLocalhost, ReachedContainer } from '../apiserver/node-connector.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Component } from '../client/component.ts'
import { EventRecorder } from '../client/event-recorder.ts'
import { type Change, Informer } from '../client/informer.ts'
import { BackOff } from './containers/restart-back-off.ts'
import { sourcesFrom } from './environment/sources.ts'
import { ImagePuller } from './images/image-puller.ts'
import { podLogFolder } from './logs/log-files.ts'
import { loggedRun } from './logs/pod-log.ts'
import { readLog } from './logs/read-log.ts'
import { keepLease } from './node/node-lease.ts'
import { NodeRegistration } from './node/node-registration.ts'
import type { NodeServices } from './node/node-services.ts'
import type { NodeFacts, Resources } from './node/node-status.ts'
import { PodAddresses } from './node/pod-addresses.ts'
import { dialLocalhost } from './node/pod-localhost.ts'
import { PodWorker } from './pods/pod-worker.ts'
import type { PodNetwork } from './runtime/pod-network.ts'
import type { PodSockets } from './runtime/pod-sockets.ts'
import type { Runtime, Usage } from './runtime/runtime.ts'

export interface KubeletOptions {
  readonly api: ApiClient
  /** May be sped up: back-off, leases, the node's status, volumes that follow the API. */
  readonly clock: Clock
  /** Probes, grace periods, hooks, deadlines. */
  readonly realTime: Clock
  readonly runtime: Runtime
  readonly network: PodNetwork
  readonly sockets: PodSockets
  readonly nodeName: string
  /** `10.244.1.0/24`: the addresses of this node's pods. */
  readonly podCidr: string
  readonly nodeIp: string
  /** The node's own folder, inside the cluster's: volumes, logs. */
  readonly stateFolder: string
  /** `cpu`, `memory`, `pods`, `ephemeral-storage`, as quantities. */
  readonly capacity: Resources
  /** Left out: all of the capacity. */
  readonly allocatable?: Resources
  /** Hears of defects: what is thrown and is no answer of the API. */
  readonly report: (error: unknown) => void
}

/** What a pod's containers use now. */
export interface PodUsage {
  readonly pod: Pod
  readonly containers: ReadonlyMap<string, Usage>
}

/** A node's agent: registers the node and runs the pods that are bound to it. */
export class Kubelet implements Component {
  readonly name: string
  readonly nodeName: string
  readonly #options: KubeletOptions
  readonly #facts: NodeFacts
  readonly #events: EventRecorder
  readonly #registration: NodeRegistration
  readonly #node: NodeServices
  readonly #addresses: PodAddresses
  readonly #workers = new Map<string, PodWorker>()
  #pods: Informer<'v1 Pod'>
  #services: Informer<'v1 Service'>
  #running: { readonly abort: AbortController; readonly loops: Promise<unknown> } | undefined

  constructor(options: KubeletOptions) {
    const { api, clock, runtime, nodeName, capacity, allocatable = capacity } = options
    this.name = `kubelet/${nodeName}`
    this.nodeName = nodeName
    this.#options = options
    this.#facts = { name: nodeName, ip: options.nodeIp, podCidr: options.podCidr, capacity, allocatable }
    this.#events = new EventRecorder(api, clock, 'kubelet', nodeName)
    this.#registration = new NodeRegistration(this.#facts, api, clock, runtime.images, this.#events)
    this.#addresses = new PodAddresses(options.podCidr, path.join(options.stateFolder, 'last-address'))
    this.#services = new Informer('v1 Service', api, clock)
    this.#pods = this.#informer()
    this.#node = {
      api,
      clock,
      realTime: options.realTime,
      runtime,
      reach: { network: options.network, sockets: options.sockets },
      events: this.#events,
      addresses: this.#addresses,
      images: new ImagePuller(runtime.images, this.#events, clock),
      restarts: new BackOff(clock),
      sources: sourcesFrom(api),
      services: () => this.#services.list(),
      nodeIp: options.nodeIp,
      allocatable,
      folder: options.stateFolder,
      report: options.report,
    }
  }

  async start(): Promise<void> {
    if (this.#running) return
    const { api, clock, stateFolder } = this.#options
    const abort = new AbortController()
    this.#running = { abort, loops: Promise.resolve() }
    // kept in memory there, too: a kubelet that begins has not failed yet, so what a lost host ended comes back at once
    this.#node.restarts.forget('')
    await mkdir(stateFolder, { recursive: true })
    await this.#addresses.load()
    const [node] = await Promise.all([this.#registration.register(abort.signal), this.#services.start()])
    if (!node) return
    const { name, uid } = node.metadata
    const loops = Promise.all([
      keepLease({ name, uid }, api, clock, abort.signal),
      this.#registration.keep(abort.signal),
    ])
    this.#running = { abort, loops }

    this.#pods = this.#informer()
    await this.#pods.start()
    const listed = new Map(this.#pods.list().map((pod) => [pod.metadata.uid, pod]))
    for (const [podUid, worker] of [...this.#workers]) {
      const pod = listed.get(podUid)
      worker.resume(pod)
      listed.delete(podUid)
    }
    this.#pods.listen((change) => this.#changed(change))
    for (const pod of listed.values()) this.#begin(pod)
    await this.#removeLeftovers()
  }

  /** Only the kubelet stops: containers go on, unwatched, until it is started again. */
  async stop(): Promise<void> {
    await this.#halt()
    await Promise.all([...this.#workers.values()].map((worker) => worker.pause()))
    await this.#events.flushed()
    await this.#addresses.saved()
  }

  /** The machine is lost: all processes of its pods end at once, and nobody is told. */
  async lose(): Promise<void> {
    await this.#halt()
    await Promise.all([...this.#workers.values()].map((worker) => worker.lose()))
    this.#workers.clear()
    this.#addresses.freeAll()
    await this.#addresses.saved()
  }

  /** A container's log. Throws ApiError as the kubelet answers: waiting to start, no previous container, … */
  async logs(pod: Pod, container: string, options: LogOptions): Promise<Readable> {
    const worker = this.#workers.get(pod.metadata.uid)
    if (!worker) throw failure(404, 'NotFound', `pod "${pod.metadata.name}" not found on node ${this.nodeName}`)
    const id = loggedRun({ ...pod, status: worker.status }, container, options.previous)
    const run = worker.run(id)
    if (!run) throw failure(400, 'BadRequest', `unable to retrieve container logs for ${id}`)
    return readLog(run.logPath, options, this.#options.realTime, () => run.ended !== undefined)
  }

  /** A container that runs, for exec and attach. Throws an Error in the kubelet's words, ApiError when this node does not answer. */
  reach(pod: Pod, container: string): ReachedContainer {
    const process = this.#answering(pod)?.running.get(container)?.process
    if (!process) throw new Error(`container not found ("${container}")`)
    return { exec: (command, streams) => process.run(command, streams), attach: (streams) => process.attach(streams) }
  }

  /** A pod's localhost, for port-forward. Throws an Error in the kubelet's words, ApiError when this node does not answer. */
  localhost(pod: Pod): PodLocalhost {
    const { podIP, conditions } = this.#answering(pod)?.status ?? {}
    const hasSandbox = conditions?.some(({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True')
    if (!podIP || !hasSandbox) throw new Error(`pod not found ("${pod.metadata.name}_${pod.metadata.namespace}")`)
    return { sandbox: pod.metadata.uid, dial: (port) => dialLocalhost(this.#options.sockets, podIP, port) }
  }

  /** What the containers use that run now, for metrics. */
  async usage(): Promise<readonly PodUsage[]> {
    const pods = [...this.#workers.values()].map(async (worker) => {
      const containers = new Map<string, Usage>()
      for (const [name, { process }] of worker.running) {
        const usage = await process?.usage()
        if (usage) containers.set(name, usage)
      }
      return { pod: worker.pod, containers }
    })
    return Promise.all(pods)
  }

  #answering(pod: Pod): PodWorker | undefined {
    if (this.#running) return this.#workers.get(pod.metadata.uid)
    const where = `dial tcp ${this.#options.nodeIp}:10250`
    throw failure(500, '', `error dialing backend: ${where}: connect: connection refused`)
  }

  async #halt(): Promise<void> {
    const running = this.#running
    if (!running) return
    this.#running = undefined
    running.abort.abort()
    await Promise.all([running.loops, this.#pods.stop(), this.#services.stop()])
  }

  #informer(): Informer<'v1 Pod'> {
    const { api, clock, nodeName } = this.#options
    return new Informer('v1 Pod', api, clock, { fieldSelector: `spec.nodeName=${nodeName}` })
  }

  #changed({ last, next }: Change<Pod>): void {
    if (last && last.metadata.uid !== next?.metadata.uid) {
      const worker = this.#workers.get(last.metadata.uid)
      worker?.vanish()
    }
    if (!next) return
    const worker = this.#workers.get(next.metadata.uid)
    if (worker) worker.update(next)
    else this.#begin(next)
  }

  #begin(pod: Pod): void {
    const { uid } = pod.metadata
    const worker = new PodWorker(pod, this.#node, () => this.#workers.delete(uid))
    this.#workers.set(uid, worker)
    worker.start()
  }

  /** What pods left here that are no more. */
  async #removeLeftovers(): Promise<void> {
    const { stateFolder } = this.#options
    const known = new Set([...this.#workers.values()].map(({ pod }) => path.basename(podLogFolder(stateFolder, pod))))
    const here = async (folder: string, keep: (name: string) => boolean) => {
      const names = await readdir(path.join(stateFolder, folder)).catch(() => [])
      const old = names.filter((name) => !keep(name))
      await Promise.all(old.map((name) => rm(path.join(stateFolder, folder, name), { recursive: true, force: true })))
    }
    await here('pods', (name) => this.#workers.has(name))
    await here('logs', (name) => known.has(name))
  }
}
