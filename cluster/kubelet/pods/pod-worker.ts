import path from 'node:path'
import type { Timer } from '../../apimachinery/clock.ts'
import { ApiError } from '../../apimachinery/errors.ts'
import type { Pod } from '../../apimachinery/objects.ts'
import { ContainerManager, type Place } from '../containers/container-manager.ts'
import { isSidecar, type Run } from '../containers/container-record.ts'
import { GracePeriod } from '../containers/grace-period.ts'
import { WaitingError } from '../containers/waiting-error.ts'
import { logPath, podLogFolder } from '../logs/log-files.ts'
import type { NodeServices } from '../node/node-services.ts'
import { PodProbes } from '../probes/pod-probes.ts'
import { over, type PodStatus, podStatus } from '../status/pod-status.ts'
import { StatusWriter } from '../status/status-writer.ts'
import { MountAttempts } from '../volumes/mount-attempts.ts'
import { hasVolumesFromApi, PodVolumes } from '../volumes/pod-volumes.ts'
import { activeDeadline, DEADLINE_EXCEEDED } from './active-deadline.ts'
import { podActions } from './pod-actions.ts'
import { isToBeSynced } from './pod-change.ts'
import { PodContainers, specOf } from './pod-containers.ts'
import { deletePod, removeTraces } from './pod-removal.ts'
import { PodSandbox } from './pod-sandbox.ts'
import { SyncLoop } from './sync-loop.ts'

/** How long until a pod is looked at again whose sandbox could not be made, or that failed otherwise. */
const RETRY_MS = 10_000
/** How often volumes are brought up to date. */
const RESYNC_MS = 60_000

/**
 * Keeps one pod as its spec says, from its first sight to its end: level-triggered, one thing at a time. Follows
 * pkg/kubelet/pod_workers.go and syncPod of pkg/kubelet/kubelet.go.
 */
export class PodWorker {
  readonly #node: NodeServices
  readonly #containers: ContainerManager
  readonly #known: PodContainers
  readonly #sandbox: PodSandbox
  readonly #volumes: PodVolumes
  readonly #mounts: MountAttempts
  readonly #writer: StatusWriter
  readonly #probes: PodProbes
  readonly #startTime: number
  readonly #ending = new AbortController()
  readonly #onGone: () => void
  #pod: Pod
  #told: PodStatus
  #stage: 'active' | 'ending' | 'over' = 'active'
  #grace: GracePeriod | undefined
  #verdict: typeof DEADLINE_EXCEEDED | undefined
  #gone = false
  readonly #loop: SyncLoop
  #deadline: Timer | undefined

  /** `onGone` is called when the object is gone and nothing of the pod is left. */
  constructor(pod: Pod, node: NodeServices, onGone: () => void) {
    this.#pod = pod
    this.#told = pod.status
    this.#node = node
    this.#onGone = onGone
    this.#containers = new ContainerManager(node)
    this.#volumes = new PodVolumes(path.join(node.folder, 'pods', pod.metadata.uid), node.sources)
    this.#mounts = new MountAttempts(this.#volumes, node.events, node.clock)
    this.#writer = new StatusWriter(node.api, node.clock, pod, node.report)
    this.#startTime = node.clock.now()
    const logs = podLogFolder(node.folder, pod)
    this.#known = new PodContainers(pod, (name, attempt) => logPath(logs, name, attempt), this.#startTime)
    this.#sandbox = new PodSandbox(node, this.#known.records.size > 0)
    this.#loop = new SyncLoop(node.clock, () => this.#trySync())
    this.#probes = new PodProbes(node, {
      pod: () => this.#pod,
      podIP: () => this.#sandbox.ip ?? '',
      record: (name) => this.#known.records.get(name),
      changed: () => {
        // A worker that is busy (a hook, a grace period) tells it all the same.
        if (this.#loop.busy) this.#publish()
        this.#loop.wake()
      },
    })
  }

  get pod(): Pod {
    return this.#pod
  }

  /** The newest status, told or about to be. */
  get status(): PodStatus {
    return this.#told
  }

  /** The runs of the pod's containers that go on now. */
  get running(): ReadonlyMap<string, Run> {
    return this.#known.running()
  }

  /** The run with this containerID, if it is one of the last two of its container. */
  run(containerID: string): Run | undefined {
    return this.#known.run(containerID)
  }

  start(): void {
    if (!over(this.#pod.status.phase)) this.#probes.start()
    this.#armDeadline()
    this.#loop.wake()
  }

  /** A newer state of the same object. */
  update(pod: Pod): void {
    const last = this.#pod
    this.#pod = pod
    this.#writer.seen(pod)
    const asked = pod.metadata.deletionGracePeriodSeconds
    if (pod.metadata.deletionTimestamp) {
      this.#ending.abort()
      if (asked !== undefined) this.#grace?.shorten(asked)
    }
    if (isToBeSynced(last, pod)) this.#loop.wake()
    else if (!this.#loop.paused && this.#stage === 'active') this.#publish()
  }

  /** The object is gone from the API: whatever still runs has the least time to end. */
  vanish(): void {
    this.#gone = true
    this.#ending.abort()
    this.#grace?.shorten(0)
    this.#loop.wake()
  }

  /** The kubelet stops; the containers go on. */
  async pause(): Promise<void> {
    this.#loop.pause()
    this.#probes.stop()
    this.#deadline?.cancel()
    await this.#writer.pause()
    // A container that is being killed goes on being killed.
    if (this.#stage !== 'ending') await this.#loop.idle()
  }

  /** The kubelet works again. Undefined: the object went meanwhile. */
  resume(pod: Pod | undefined): void {
    this.#writer.resume()
    if (this.#stage === 'active') this.#probes.start()
    this.#armDeadline()
    if (pod) this.update(pod)
    else this.vanish()
    this.#loop.resume()
  }

  /** The machine is lost: everything ends at once and nobody is told. */
  async lose(): Promise<void> {
    this.#loop.pause()
    this.#ending.abort()
    this.#grace?.shorten(0)
    this.#probes.stop()
    this.#deadline?.cancel()
    await Promise.all([this.#writer.pause(), this.#sandbox.remove()])
    await this.#loop.idle()
    await this.#sandbox.remove()
  }

  async #trySync(): Promise<void> {
    try {
      await this.#sync()
    } catch (error) {
      if (!(error instanceof ApiError)) this.#node.report(error)
      this.#loop.wakeIn(RETRY_MS)
    }
  }

  async #sync(): Promise<void> {
    if (this.#stage === 'over') return this.#remove()
    if (this.#stage === 'ending' || this.#mustEnd()) return this.#end()
    this.#publish()
    if (over(this.#pod.status.phase) || (!this.#sandbox.exists && this.#known.isDone(this.#pod))) return this.#end()

    const pod = this.#pod
    const here = { podIP: this.#sandbox.ip ?? '', hostIP: this.#node.nodeIp, allocatable: this.#node.allocatable }
    const wait = await this.#mounts.setUp(pod, here)
    if (wait > 0) this.#loop.wakeIn(wait)
    // What runs already keeps the files that it has.
    if ((wait > 0 && !this.#sandbox.exists) || this.#loop.paused) return
    if (!this.#sandbox.exists) {
      const made = await this.#sandbox.create(pod)
      this.#known.leaveSandbox()
      if (!made) return this.#loop.wakeIn(RETRY_MS)
      this.#publish()
    }
    if (hasVolumesFromApi(pod)) this.#loop.wakeIn(RESYNC_MS)
    if (this.#mustEnd()) return this.#end()

    const { kill, start, end } = podActions(pod, this.#known.records, (name) => this.#probes.findings(name))
    if (end) return this.#end()
    for (const { name, message, probe } of kill) {
      const container = specOf(pod, name)
      const grace = this.#containers.graceAfter(probe, container, pod)
      this.#grace = grace
      await this.#containers.kill(container, this.#known.record(name), this.#place(), { message, grace })
      this.#grace = undefined
    }
    for (const name of start) if (!this.#mustEnd() && !this.#loop.paused) await this.#start(name)
    if (start.length > 0 || kill.length > 0) this.#publish()
    // What comes after a sidecar waits only until it has started.
    if (start.some((name) => isSidecar(specOf(pod, name)) && this.#known.record(name).running)) this.#loop.wake()
  }

  async #start(name: string): Promise<void> {
    const record = this.#known.record(name)
    try {
      await this.#containers.start(specOf(this.#pod, name), record, this.#place())
    } catch (error) {
      if (!(error instanceof WaitingError)) throw error
      if (this.#mustEnd()) return
      record.waiting = { reason: error.reason, ...(error.message && { message: error.message }) }
      this.#loop.wakeIn(error.retryMs)
    }
  }

  #mustEnd(): boolean {
    return this.#gone || this.#verdict !== undefined || this.#pod.metadata.deletionTimestamp !== undefined
  }

  async #end(): Promise<void> {
    this.#stage = 'ending'
    this.#ending.abort()
    const { deletionTimestamp, deletionGracePeriodSeconds } = this.#pod.metadata
    const { terminationGracePeriodSeconds = 30 } = this.#pod.spec
    const own = this.#gone ? 0 : terminationGracePeriodSeconds
    const asked = this.#gone || deletionTimestamp ? deletionGracePeriodSeconds : undefined
    const grace = new GracePeriod(this.#node.realTime, asked ?? own)
    this.#grace = grace
    this.#probes.keepReadinessOnly()
    this.#publish()
    if (this.#sandbox.exists) await this.#known.kill(this.#place(), this.#containers, grace)
    this.#probes.stop()
    await this.#sandbox.remove()
    this.#stage = 'over'
    this.#loop.forgetLater()
    this.#deadline?.cancel()
    this.#publish()
    await this.#volumes.remove()
    await this.#writer.flushed()
    this.#loop.wake()
  }

  /** Takes the object away when it is to be deleted, and the traces when it is gone. */
  async #remove(): Promise<void> {
    if (this.#gone) {
      await removeTraces(this.#pod, this.#node)
      this.#onGone()
    } else if (this.#pod.metadata.deletionTimestamp) await deletePod(this.#pod, this.#node.api)
  }

  #publish(): void {
    const now = this.#node.clock.now()
    const podIP = this.#sandbox.ip ?? this.#told.podIP
    this.#told = podStatus(this.#pod, this.#told, {
      records: this.#known.records,
      health: (name) => this.#probes.health(name),
      hasSandbox: this.#sandbox.exists,
      podIP,
      hostIP: this.#node.nodeIp,
      startTime: this.#startTime,
      stage: this.#stage,
      verdict: this.#verdict,
      now,
    })
    if (!this.#gone) this.#writer.write(this.#told)
    this.#probes.hurry()
  }

  #place(): Place {
    const folder = podLogFolder(this.#node.folder, this.#pod)
    const { sandbox, ip } = this.#sandbox
    if (!sandbox || !ip) throw new Error(`the pod ${this.#pod.metadata.name} has no sandbox`)
    return {
      pod: this.#pod,
      sandbox,
      podIP: ip,
      hostname: this.#sandbox.hostname(this.#pod),
      volumes: this.#volumes,
      logPath: (container, attempt) => logPath(folder, container, attempt),
      changed: () => {
        if (this.#stage === 'ending') this.#publish()
        this.#loop.wake()
      },
      ending: this.#ending.signal,
    }
  }

  #armDeadline(): void {
    if (over(this.#pod.status.phase) || this.#stage !== 'active') return
    this.#deadline = activeDeadline(this.#pod, this.#startTime, this.#node.realTime, () => {
      this.#verdict = DEADLINE_EXCEEDED
      this.#node.events.record(this.#pod, 'Normal', DEADLINE_EXCEEDED.reason, DEADLINE_EXCEEDED.message)
      this.#ending.abort()
      this.#loop.wake()
    })
  }
}
