import { randomBytes } from 'node:crypto'
import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts'
import { Quantity } from '../../apimachinery/quantity.ts'
import { environment, expanded } from '../environment/environment.ts'
import { wholeName } from '../images/image-name.ts'
import { lastLines } from '../logs/last-lines.ts'
import { makeLogFolder } from '../logs/log-files.ts'
import type { NodeServices } from '../node/node-services.ts'
import { type Container, type ContainerConfig, type Image, type Sandbox, StartError } from '../runtime/runtime.ts'
import { mounts } from '../volumes/mounts.ts'
import type { PodVolumes } from '../volumes/pod-volumes.ts'
import { type ContainerRecord, type Ended, fieldPath, podReference, type Run } from './container-record.ts'
import { GracePeriod } from './grace-period.ts'
import { runHook } from './lifecycle-hook.ts'
import { checkNonRoot } from './non-root.ts'
import { goDuration } from './restart-back-off.ts'
import { WaitingError } from './waiting-error.ts'

/** Every container gets this long between SIGTERM and SIGKILL, whatever is left of its grace period. */
const LEAST_GRACE_MS = 2_000

/** The pod that a container belongs to, as its worker sees it. */
export interface Place {
  readonly pod: Pod
  readonly sandbox: Sandbox
  readonly podIP: string
  readonly hostname: string
  readonly volumes: PodVolumes
  readonly logPath: (container: string, attempt: number) => string
  /** Something about a container changed. */
  readonly changed: () => void
  /** The pod is ending: hooks need not go on. */
  readonly ending: AbortSignal
}

/** Starts and kills containers. Follows pkg/kubelet/kuberuntime/kuberuntime_container.go. */
export class ContainerManager {
  readonly #node: NodeServices

  constructor(node: NodeServices) {
    this.#node = node
  }

  /** Resolves when the container runs and its postStart hook is through. Throws WaitingError. */
  async start(container: ContainerSpec, record: ContainerRecord, place: Place): Promise<void> {
    const { pod } = place
    const event = this.#recorder(pod, container.name)
    this.#checkBackOff(container, record, pod, event)

    const image = await this.#node.images.ensure(pod, container).catch((error: unknown) => {
      if (error instanceof WaitingError) event('Warning', 'Failed', `Error: ${error.reason}`)
      throw error
    })
    const attempt = record.nextAttempt
    const fail = (reason: string, message: string): WaitingError => {
      event('Warning', 'Failed', `Error: ${message}`)
      return new WaitingError(reason, message)
    }
    const config = await this.#config(container, image, attempt, place).catch((error: unknown) => {
      throw fail('CreateContainerConfigError', (error as Error).message)
    })
    let process: Container
    try {
      process = await place.sandbox.start(config)
    } catch (error) {
      if (!(error instanceof StartError)) throw error
      if (error.reason !== 'RunContainerError') throw fail(error.reason, error.message)
      event('Normal', 'Created', `Created container: ${container.name}`)
      this.#neverRan(container, record, image, attempt, config.logPath, error)
      throw fail(error.reason, error.message)
    }
    event('Normal', 'Created', `Created container: ${container.name}`)
    event('Normal', 'Started', `Started container ${container.name}`)
    const run: Run = {
      containerID: `practice://${process.id}`,
      startedAt: process.startedAt,
      image: wholeName(container.image ?? ''),
      imageID: image.id,
      logPath: config.logPath,
      process,
    }
    run.settled = this.#follow(container, run, process, place)
    record.begin(run, attempt)
    await this.#postStart(container, record, process, place, event)
  }

  /** Ends a running container: preStop, its turn, SIGTERM, the rest of the grace period, SIGKILL. Resolves when it is gone. */
  async kill(
    container: ContainerSpec,
    record: ContainerRecord,
    place: Place,
    {
      message,
      grace,
      turn,
    }: { readonly message?: string; readonly grace: GracePeriod; readonly turn?: Promise<unknown> },
  ): Promise<void> {
    const { process, settled } = record.run ?? {}
    if (!process || !record.running) return
    const event = this.#recorder(place.pod, container.name)
    event('Normal', 'Killing', message ?? `Stopping container ${container.name}`)

    const hook = container.lifecycle?.preStop
    if (hook && grace.left() > 0) {
      const over = new AbortController()
      const { realTime, reach } = this.#node
      const ran = runHook(hook, place.pod, container, place.podIP, process, {
        reach,
        clock: realTime,
        signal: over.signal,
      }).catch(() => event('Warning', 'FailedPreStopHook', 'PreStopHook failed'))
      await grace.outlasts(Promise.race([ran, process.exited]))
      over.abort()
    }
    if (turn && grace.left() > 0) await grace.outlasts(Promise.race([turn, process.exited]))
    if (record.running) process.signal('SIGTERM')
    if (!(await grace.outlasts(process.exited, LEAST_GRACE_MS))) process.signal('SIGKILL')
    await settled
  }

  /** The container's own grace period when a probe is why it is killed. */
  graceAfter(probe: 'startupProbe' | 'livenessProbe', container: ContainerSpec, pod: Pod): GracePeriod {
    const { deletionGracePeriodSeconds } = pod.metadata
    const own = container[probe]?.terminationGracePeriodSeconds
    const seconds = deletionGracePeriodSeconds ?? own ?? pod.spec.terminationGracePeriodSeconds ?? 30
    return new GracePeriod(this.#node.realTime, seconds)
  }

  #checkBackOff(container: ContainerSpec, record: ContainerRecord, pod: Pod, event: Recorder): void {
    const { ended } = record
    if (!ended) return
    const { restarts } = this.#node
    const key = `${pod.metadata.uid}/${container.name}`
    const left = restarts.left(key, ended.finishedAt)
    if (left === 0) {
      restarts.raise(key, ended.finishedAt)
      return
    }
    event('Warning', 'BackOff', `Back-off restarting failed container ${container.name} in pod ${podReference(pod)}`)
    const wait = goDuration(restarts.current(key))
    const message = `back-off ${wait} restarting failed container=${container.name} pod=${podReference(pod)}`
    throw new WaitingError('CrashLoopBackOff', message, left)
  }

  async #config(container: ContainerSpec, image: Image, attempt: number, place: Place): Promise<ContainerConfig> {
    const { pod, podIP, volumes, logPath, hostname } = place
    const { sources, nodeIp, allocatable } = this.#node
    const here = { podIP, hostIP: nodeIp, allocatable }
    const variables = await environment(pod, container, sources, this.#node.services(), here)
    checkNonRoot(pod, container, image)
    const command = expanded(container.command, variables)
    const args = expanded(container.args, variables)
    // 0 is no limit, as for the kernel
    const limit = Quantity.parse(container.resources?.limits?.memory ?? '0').value()
    const log = logPath(container.name, attempt)
    await makeLogFolder(log)
    return {
      name: container.name,
      attempt,
      image,
      ...(command && { command }),
      ...(args && { args }),
      ...(container.workingDir && { workingDir: container.workingDir }),
      env: { HOSTNAME: hostname, ...variables },
      mounts: await mounts(pod, container, variables, volumes),
      ...(limit > 0 && { memoryLimitBytes: limit }),
      ...(container.stdin && { stdin: true, stdinOnce: container.stdinOnce ?? false }),
      ...(container.tty && { tty: true }),
      logPath: log,
      terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    }
  }

  #neverRan(
    container: ContainerSpec,
    record: ContainerRecord,
    image: Image,
    attempt: number,
    logPath: string,
    error: StartError,
  ) {
    const ended: Ended = {
      exitCode: error.exitCode,
      reason: 'StartError',
      message: error.message,
      finishedAt: this.#node.clock.now(),
    }
    const containerID = `practice://${randomBytes(32).toString('hex')}`
    const names = { image: wholeName(container.image ?? ''), imageID: image.id }
    record.begin({ containerID, startedAt: 0, ...names, logPath, ended }, attempt)
  }

  async #postStart(
    container: ContainerSpec,
    record: ContainerRecord,
    process: Container,
    place: Place,
    event: Recorder,
  ) {
    const hook = container.lifecycle?.postStart
    if (!hook) return
    const { reach, realTime } = this.#node
    const { pod, podIP, ending } = place
    try {
      const hooked = runHook(hook, pod, container, podIP, process, { reach, clock: realTime, signal: ending })
      // Neither a container that ended nor a pod that ends waits for its hook.
      const ended = new Promise<void>((resolve) => ending.addEventListener('abort', () => resolve(), { once: true }))
      await Promise.race([hooked, process.exited, ended])
    } catch (error) {
      event('Warning', 'FailedPostStartHook', 'PostStartHook failed')
      const seconds = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30
      await this.kill(container, record, place, {
        message: 'FailedPostStartHook',
        grace: new GracePeriod(realTime, seconds),
      })
      throw new WaitingError('PostStartHookError', (error as Error).message)
    }
  }

  /** Waits for the end and keeps what it was. */
  async #follow(container: ContainerSpec, run: Run, process: Container, place: Place): Promise<void> {
    try {
      const { code, oomKilled, finishedAt } = await process.exited
      let message = await process.terminationMessage().catch(() => '')
      if (message === '' && code !== 0 && container.terminationMessagePolicy === 'FallbackToLogsOnError') {
        message = await lastLines(run.logPath)
      }
      const reason = oomKilled ? 'OOMKilled' : code === 0 ? 'Completed' : 'Error'
      run.ended = { exitCode: code, reason, finishedAt, ...(message && { message }) }
      place.changed()
    } catch (error) {
      this.#node.report(error)
    }
  }

  #recorder(pod: Pod, name: string): Recorder {
    return (type, reason, message) => this.#node.events.record(pod, type, reason, message, fieldPath(pod, name))
  }
}

type Recorder = (type: 'Normal' | 'Warning', reason: string, message: string) => void
