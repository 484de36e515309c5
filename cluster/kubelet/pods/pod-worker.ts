import { rm } from 'node:fs/promises'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Timer } from '../../apimachinery/clock.ts'
import { ApiError, isConflict, isNotFound } from '../../apimachinery/errors.ts'
import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts'
import { ContainerManager, type Place } from '../containers/container-manager.ts'
import { ContainerRecord, isSidecar, type Run, recordOf } from '../containers/container-record.ts'
import { GracePeriod } from '../containers/grace-period.ts'
import { BackOff } from '../containers/restart-back-off.ts'
import { WaitingError } from '../containers/waiting-error.ts'
import { logPath, podLogFolder } from '../logs/log-files.ts'
import type { NodeServices } from '../node/node-services.ts'
import { PodProbes } from '../probes/pod-probes.ts'
import { over, type PodStatus, podStatus } from '../status/pod-status.ts'
import { StatusWriter } from '../status/status-writer.ts'
import { hasVolumesFromApi, MountError, PodVolumes } from '../volumes/pod-volumes.ts'
import { podActions } from './pod-actions.ts'
import { PodSandbox } from './pod-sandbox.ts'

/** How long until a pod is looked at again whose sandbox could not be made, or that failed otherwise. */
const RETRY_MS = 10_000
/** How often volumes are brought up to date. */
const RESYNC_MS = 60_000
const DEADLINE = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
}

/**
 * Keeps one pod as its spec says, from its first sight to its end: level-triggered, one thing at a time. Follows
 * pkg/kubelet/pod_workers.go and syncPod of pkg/kubelet/kubelet.go.
 */
export class PodWorker {
  readonly #node: NodeServices
  readonly #containers: ContainerManager
  readonly #records = new Map<string, ContainerRecord>()
  readonly #sandbox: PodSandbox
  readonly #volumes: PodVolumes
  readonly #mountRetries: BackOff
  readonly #writer: StatusWriter
  readonly #probes: PodProbes
  readonly #startTime: number
  readonly #ending = new AbortController()
  readonly #onGone: () => void
  #pod: Pod
  #told: PodStatus
  #phase: 'active' | 'ending' | 'over' = 'active'
  #grace: GracePeriod | undefined
  #verdict: typeof DEADLINE | undefined
  #gone = false
  #paused = false
  #dirty = false
  #working: Promise<void> | undefined
  #retry: { readonly due: number; readonly timer: Timer } | undefined
  #deadline: Timer | undefined

  /** `onGone` is called when the object is gone and nothing of the pod is left. */
  constructor(pod: Pod, node: NodeServices, onGone: () => void) {
    this.#pod = pod
    this.#told = pod.status
    this.#node = node
    this.#onGone = onGone
    this.#containers = new ContainerManager(node)
    this.#mountRetries = new BackOff(node.clock, 500, 122_000)
    this.#volumes = new PodVolumes(path.join(node.folder, 'pods', pod.metadata.uid), node.sources)
    this.#writer = new StatusWriter(node.api, node.clock, pod)
    this.#startTime = node.clock.now()
    this.#restore()
    this.#sandbox = new PodSandbox(node, this.#records.size > 0)
    this.#probes = new PodProbes(node, {
      pod: () => this.#pod,
      podIP: () => this.#sandbox.ip ?? '',
      record: (name) => this.#records.get(name),
      changed: () => {
        // A worker that is busy (a hook, a grace period) tells it all the same.
        if (this.#working) this.#publish()
        this.wake()
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
    return new Map(
      [...this.#records].flatMap(([name, { run, running }]) => (run && running ? [[name, run] as const] : [])),
    )
  }

  /** The run with this containerID, if it is one of the last two of its container. */
  run(containerID: string): Run | undefined {
    for (const { run, last } of this.#records.values()) {
      for (const known of [run, last]) if (known?.containerID === containerID) return known
    }
    return undefined
  }

  start(): void {
    if (!over(this.#pod.status.phase)) this.#probes.start()
    this.#armDeadline()
    this.wake()
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
    if (isToBeSynced(last, pod)) this.wake()
    else if (!this.#paused && this.#phase === 'active') this.#publish()
  }

  /** The object is gone from the API: whatever still runs has the least time to end. */
  vanish(): void {
    this.#gone = true
    this.#ending.abort()
    this.#grace?.shorten(0)
    this.wake()
  }

  wake(): void {
    this.#dirty = true
    if (this.#paused || this.#working) return
    this.#working = this.#work().finally(() => {
      this.#working = undefined
      if (this.#dirty && !this.#paused) this.wake()
    })
  }

  /** The kubelet stops; the containers go on. */
  async pause(): Promise<void> {
    this.#paused = true
    this.#probes.stop()
    this.#retry?.timer.cancel()
    this.#retry = undefined
    this.#deadline?.cancel()
    await this.#writer.pause()
    // A container that is being killed goes on being killed.
    if (this.#phase !== 'ending') await this.#working
  }

  resume(pod: Pod | undefined): void {
    this.#paused = false
    this.#writer.resume()
    if (this.#phase === 'active') this.#probes.start()
    this.#armDeadline()
    if (pod) this.update(pod)
    else this.vanish()
    this.wake()
  }

  /** The machine is lost: everything ends at once and nobody is told. */
  async lose(): Promise<void> {
    this.#paused = true
    this.#ending.abort()
    this.#grace?.shorten(0)
    this.#probes.stop()
    this.#retry?.timer.cancel()
    this.#deadline?.cancel()
    await Promise.all([this.#writer.pause(), this.#sandbox.remove()])
    await this.#working
    await this.#sandbox.remove()
  }

  async #work(): Promise<void> {
    while (this.#dirty && !this.#paused) {
      this.#dirty = false
      try {
        await this.#sync()
      } catch (error) {
        if (!(error instanceof ApiError)) this.#node.report(error)
        this.#wakeIn(RETRY_MS)
      }
    }
  }

  async #sync(): Promise<void> {
    if (this.#phase === 'over') return this.#remove()
    if (this.#phase === 'ending' || this.#mustEnd()) return this.#end()
    this.#publish()
    if (this.#isDone()) return this.#end()

    const { pod } = this
    const here = { podIP: this.#sandbox.ip ?? '', hostIP: this.#node.nodeIp, allocatable: this.#node.allocatable }
    if (!(await this.#mount(here)) || this.#paused) return
    if (!this.#sandbox.exists) {
      const made = await this.#sandbox.create(pod)
      for (const record of this.#records.values()) record.stale = true
      if (!made) return this.#wakeIn(RETRY_MS)
      this.#publish()
    }
    if (hasVolumesFromApi(pod)) this.#wakeIn(RESYNC_MS)
    if (this.#mustEnd()) return this.#end()

    const { kill, start, end } = podActions(pod, this.#records, (name) => this.#probes.findings(name))
    if (end) return this.#end()
    for (const { name, message, probe } of kill) {
      const container = this.#spec(name)
      const grace = this.#containers.graceAfter(probe, container, pod)
      this.#grace = grace
      await this.#containers.kill(container, this.#record(name), this.#place(), { message, grace })
      this.#grace = undefined
    }
    for (const name of start) {
      if (this.#mustEnd() || this.#paused) return
      await this.#start(name)
    }
    if (start.length > 0 || kill.length > 0) this.#publish()
    // What comes after a sidecar waits only until it has started.
    if (start.some((name) => isSidecar(this.#spec(name))))
      this.#dirty ||= this.#records.get(start.at(-1) ?? '')?.running ?? false
  }

  async #mount(here: Parameters<PodVolumes['setUp']>[1]): Promise<boolean> {
    const left = this.#mountRetries.left('mount', this.#mountRetries.raisedAt('mount'))
    if (left > 0) {
      this.#wakeIn(left)
      return this.#sandbox.exists
    }
    try {
      await this.#volumes.setUp(this.#pod, here)
      this.#mountRetries.forget('')
      return true
    } catch (error) {
      if (!(error instanceof MountError)) throw error
      this.#node.events.record(this.#pod, 'Warning', 'FailedMount', error.message)
      this.#mountRetries.raise('mount', this.#node.clock.now())
      this.#wakeIn(this.#mountRetries.current('mount'))
      // What runs already keeps the files that it has.
      return this.#sandbox.exists
    }
  }

  async #start(name: string): Promise<void> {
    const record = this.#record(name)
    try {
      await this.#containers.start(this.#spec(name), record, this.#place())
    } catch (error) {
      if (!(error instanceof WaitingError)) throw error
      if (this.#mustEnd()) return
      record.waiting = { reason: error.reason, ...(error.message && { message: error.message }) }
      this.#wakeIn(error.retryMs)
    }
  }

  #mustEnd(): boolean {
    return this.#gone || this.#verdict !== undefined || this.#pod.metadata.deletionTimestamp !== undefined
  }

  /** Told so by the API, or what ran before a restart of the node is not to be run again. */
  #isDone(): boolean {
    if (over(this.#pod.status.phase)) return true
    if (this.#sandbox.exists || this.#records.size === 0) return false
    const ran = this.#pod.spec.containers.map(({ name }) => this.#records.get(name)?.ended)
    const { restartPolicy = 'Always' } = this.#pod.spec
    if (restartPolicy === 'Never') return [...this.#records.values()].some(({ run }) => run !== undefined)
    return restartPolicy === 'OnFailure' && ran.every((ended) => ended?.exitCode === 0)
  }

  async #end(): Promise<void> {
    this.#phase = 'ending'
    this.#ending.abort()
    const { deletionTimestamp, deletionGracePeriodSeconds } = this.#pod.metadata
    const own = this.#pod.spec.terminationGracePeriodSeconds ?? 30
    const seconds = this.#gone
      ? (deletionGracePeriodSeconds ?? 0)
      : deletionTimestamp
        ? (deletionGracePeriodSeconds ?? own)
        : own
    const grace = new GracePeriod(this.#node.realTime, seconds)
    this.#grace = grace
    this.#probes.keepReadinessOnly()
    this.#publish()
    if (this.#sandbox.exists) await this.#killAll(grace)
    this.#probes.stop()
    await this.#sandbox.remove()
    this.#phase = 'over'
    this.#retry?.timer.cancel()
    this.#retry = undefined
    this.#deadline?.cancel()
    this.#publish()
    await this.#volumes.remove()
    await this.#writer.flushed()
    this.#dirty = true
  }

  /** Regular containers at once, then the sidecars, last one first. */
  async #killAll(grace: GracePeriod): Promise<void> {
    const place = this.#place()
    const { initContainers = [], containers } = this.#pod.spec
    const plain = [...containers, ...initContainers.filter((container) => !isSidecar(container))]
    let turn: Promise<unknown> = Promise.all(
      plain.map((container) => this.#containers.kill(container, this.#record(container.name), place, { grace })),
    )
    const all = [turn]
    for (const sidecar of initContainers.filter(isSidecar).reverse()) {
      turn = this.#containers.kill(sidecar, this.#record(sidecar.name), place, { grace, turn })
      all.push(turn)
    }
    await Promise.all(all)
  }

  /** Takes the object away when it is to be deleted, and the traces when it is gone. */
  async #remove(): Promise<void> {
    const { namespace, name, uid, deletionTimestamp } = this.#pod.metadata
    if (this.#gone) {
      this.#node.restarts.forget(uid)
      this.#node.images.forget(this.#pod)
      await rm(podLogFolder(this.#node.folder, this.#pod), { recursive: true, force: true })
      this.#onGone()
    } else if (deletionTimestamp) {
      try {
        const key = { ...(namespace && { namespace }), name }
        await this.#node.api.delete('v1 Pod', key, { gracePeriodSeconds: 0, preconditions: { uid } })
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error
      }
    }
  }

  #publish(): void {
    const now = this.#node.clock.now()
    const podIP = this.#sandbox.ip ?? this.#told.podIP
    this.#told = podStatus(this.#pod, this.#told, {
      records: this.#records,
      health: (name) => this.#probes.health(name),
      hasSandbox: this.#sandbox.exists,
      podIP,
      hostIP: this.#node.nodeIp,
      startTime: this.#startTime,
      stage: this.#phase,
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
        if (this.#phase === 'ending') this.#publish()
        this.wake()
      },
      ending: this.#ending.signal,
    }
  }

  #spec(name: string): ContainerSpec {
    const all = [...this.#pod.spec.containers, ...(this.#pod.spec.initContainers ?? [])]
    const container = all.find((candidate) => candidate.name === name)
    if (!container) throw new Error(`the pod ${this.#pod.metadata.name} has no container ${name}`)
    return container
  }

  #record(name: string): ContainerRecord {
    const record = this.#records.get(name) ?? new ContainerRecord(name)
    this.#records.set(name, record)
    return record
  }

  /** What the API says that ran before this kubelet was started. */
  #restore(): void {
    const { initContainerStatuses = [], containerStatuses = [] } = this.#pod.status
    const folder = podLogFolder(this.#node.folder, this.#pod)
    for (const status of [...initContainerStatuses, ...containerStatuses]) {
      const path = (attempt: number) => logPath(folder, status.name, Math.max(0, attempt))
      const record = recordOf(status, path, this.#node.clock.now())
      if (record.run) this.#records.set(status.name, record)
    }
  }

  #armDeadline(): void {
    const { activeDeadlineSeconds } = this.#pod.spec
    if (activeDeadlineSeconds === undefined || over(this.#pod.status.phase) || this.#phase !== 'active') return
    const since = this.#pod.status.startTime ? Date.parse(this.#pod.status.startTime) : this.#startTime
    const left = activeDeadlineSeconds * 1_000 - this.#node.realTime.since(since)
    this.#deadline = this.#node.realTime.setTimeout(
      () => {
        this.#verdict = DEADLINE
        this.#node.events.record(this.#pod, 'Normal', DEADLINE.reason, DEADLINE.message)
        this.#ending.abort()
        this.wake()
      },
      Math.max(0, left),
    )
  }

  #wakeIn(ms: number): void {
    const due = this.#node.clock.now() + ms
    if (this.#paused || (this.#retry && this.#retry.due <= due)) return
    this.#retry?.timer.cancel()
    const timer = this.#node.clock.setTimeout(() => {
      this.#retry = undefined
      this.wake()
    }, ms)
    this.#retry = { due, timer }
  }
}

/** A status that was told (by this kubelet, most often) is no reason to do anything but to tell it again, if it is not so. */
function isToBeSynced(last: Pod, next: Pod): boolean {
  const asked = ({ metadata, spec, status }: Pod) => [
    spec,
    metadata.labels,
    metadata.annotations,
    metadata.deletionTimestamp,
    metadata.deletionGracePeriodSeconds,
    over(status.phase),
  ]
  return !isDeepStrictEqual(asked(last), asked(next))
}
