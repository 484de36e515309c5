import type { Container as ContainerSpec, ContainerStatus, Pod } from '../../apimachinery/objects.ts'
import type { Container } from '../runtime/runtime.ts'

/** How a container ended, as its state will say it. */
export interface Ended {
  readonly exitCode: number
  readonly signal?: number
  readonly reason: string
  readonly message?: string
  /** Milliseconds since the epoch. */
  readonly finishedAt: number
}

/** One start of a container. */
export interface Run {
  /** `practice://…`, as `containerID` has it. */
  readonly containerID: string
  /** Milliseconds since the epoch; 0 when it could not be started. */
  readonly startedAt: number
  readonly image: string
  readonly imageID: string
  readonly logPath: string
  /** Missing for a run that is known from the API only: the node was restarted. */
  readonly process?: Container
  ended?: Ended
  /** Resolves when `ended` is there. */
  settled?: Promise<void>
}

/** What the kubelet knows of one container of a pod. */
export class ContainerRecord {
  readonly name: string
  restartCount = 0
  run: Run | undefined
  last: Run | undefined
  /** Why it could not be started again, as the waiting state says it. */
  waiting: { readonly reason: string; readonly message?: string } | undefined
  /** Ran in a sandbox that is gone: an init container has to run again. */
  stale = false

  constructor(name: string) {
    this.name = name
  }

  get running(): boolean {
    return this.run !== undefined && this.run.ended === undefined
  }

  get ended(): Ended | undefined {
    return this.run?.ended
  }

  /** The number that the next start gets: 0 for the first. */
  get nextAttempt(): number {
    return this.run ? this.restartCount + 1 : this.restartCount
  }

  begin(run: Run, attempt: number): void {
    if (this.run?.ended) this.last = this.run
    this.run = run
    this.restartCount = attempt
    this.stale = false
    this.waiting = undefined
  }
}

/** A container that restarts by itself among the init containers. */
export function isSidecar(container: ContainerSpec): boolean {
  return container.restartPolicy === 'Always'
}

/** Where events about a container point. */
export function fieldPath(pod: Pod, name: string): string {
  const list = pod.spec.initContainers?.some((container) => container.name === name) ? 'initContainers' : 'containers'
  return `spec.${list}{${name}}`
}

/** `name_namespace(uid)`, as the kubelet's messages name a pod. */
export function podReference(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
}

/** After a restart of the node: what ran then has ended, nobody saw how. */
export function recordOf(status: ContainerStatus, logPath: (attempt: number) => string, now: number): ContainerRecord {
  const record = new ContainerRecord(status.name)
  record.restartCount = status.restartCount
  record.stale = true
  const image = { image: status.image, imageID: status.imageID }
  const ended = (state: NonNullable<ContainerStatus['lastState']>, attempt: number): Run | undefined => {
    const { running, terminated } = state
    if (running) {
      const startedAt = Date.parse(running.startedAt ?? '') || now
      const end: Ended = { exitCode: 255, reason: 'Unknown', finishedAt: now }
      return { containerID: status.containerID ?? '', startedAt, ...image, logPath: logPath(attempt), ended: end }
    }
    if (!terminated) return undefined
    const { exitCode, signal, reason = '', message, finishedAt = '', startedAt = '', containerID = '' } = terminated
    const end: Ended = {
      exitCode,
      reason,
      finishedAt: Date.parse(finishedAt) || 0,
      ...(signal && { signal }),
      ...(message && { message }),
    }
    return { containerID, startedAt: Date.parse(startedAt) || 0, ...image, logPath: logPath(attempt), ended: end }
  }
  const current = ended(status.state ?? {}, status.restartCount)
  if (current) {
    record.run = current
    record.last = ended(status.lastState ?? {}, status.restartCount - 1)
  } else record.run = ended(status.lastState ?? {}, status.restartCount)
  return record
}
