import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts'
import type { ContainerManager, Place } from '../containers/container-manager.ts'
import { ContainerRecord, isSidecar, type Run, recordOf } from '../containers/container-record.ts'
import type { GracePeriod } from '../containers/grace-period.ts'

/** What is known of all containers of a pod. */
export class PodContainers {
  readonly records = new Map<string, ContainerRecord>()

  /** Begins with what the API says that ran before this kubelet was started. */
  constructor(pod: Pod, logPath: (container: string, attempt: number) => string, now: number) {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status
    for (const status of [...initContainerStatuses, ...containerStatuses]) {
      const record = recordOf(status, (attempt) => logPath(status.name, Math.max(0, attempt)), now)
      if (record.run) this.records.set(status.name, record)
    }
  }

  record(name: string): ContainerRecord {
    const record = this.records.get(name) ?? new ContainerRecord(name)
    this.records.set(name, record)
    return record
  }

  /** There is a new sandbox: nothing of what ran before runs in it. */
  leaveSandbox(): void {
    for (const record of this.records.values()) record.stale = true
  }

  /** The runs that go on now. */
  running(): ReadonlyMap<string, Run> {
    const all = [...this.records].flatMap(([name, { run, running }]) => (run && running ? [[name, run] as const] : []))
    return new Map(all)
  }

  /** The run with this containerID, if it is one of the last two of its container. */
  run(containerID: string): Run | undefined {
    const known = [...this.records.values()].flatMap(({ run, last }) => [run, last])
    return known.find((run) => run?.containerID === containerID)
  }

  /** What ran before a restart of the node is, by the restart policy, not to be run again. */
  isDone(pod: Pod): boolean {
    if (this.records.size === 0) return false
    const { restartPolicy = 'Always', containers } = pod.spec
    if (restartPolicy === 'Never') return true
    const succeeded = ({ name }: ContainerSpec) => this.records.get(name)?.ended?.exitCode === 0
    return restartPolicy === 'OnFailure' && containers.every(succeeded)
  }

  /** Ends all: the regular ones at once, then the sidecars, last one first. */
  async kill(place: Place, manager: ContainerManager, grace: GracePeriod): Promise<void> {
    const { initContainers = [], containers } = place.pod.spec
    const plain = [...containers, ...initContainers.filter((container) => !isSidecar(container))]
    let turn: Promise<unknown> = Promise.all(
      plain.map((container) => manager.kill(container, this.record(container.name), place, { grace })),
    )
    const all = [turn]
    for (const sidecar of initContainers.filter(isSidecar).reverse()) {
      turn = manager.kill(sidecar, this.record(sidecar.name), place, { grace, turn })
      all.push(turn)
    }
    await Promise.all(all)
  }
}

/** A container of a pod by its name. Throws when it has none. */
export function specOf(pod: Pod, name: string): ContainerSpec {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  const container = all.find((candidate) => candidate.name === name)
  if (!container) throw new Error(`the pod ${pod.metadata.name} has no container ${name}`)
  return container
}
