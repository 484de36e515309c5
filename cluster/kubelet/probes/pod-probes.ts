import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts'
import { type ContainerRecord, fieldPath, isSidecar } from '../containers/container-record.ts'
import type { NodeServices } from '../node/node-services.ts'
import type { Findings } from '../pods/pod-actions.ts'
import type { Health } from '../status/container-status.ts'
import { type ProbeKind, ProbeWorker } from './probe-worker.ts'
import { type ProbeResult, probeOnce } from './prober.ts'

/** What the probes of a pod ask about it. */
export interface ProbedPod {
  pod(): Pod
  podIP(): string
  record(name: string): ContainerRecord | undefined
  changed(): void
}

const PROBES = [
  ['Startup', 'startupProbe'],
  ['Liveness', 'livenessProbe'],
  ['Readiness', 'readinessProbe'],
] as const

/** All probe workers of a pod. Follows pkg/kubelet/prober/prober_manager.go. */
export class PodProbes {
  readonly #node: NodeServices
  readonly #probed: ProbedPod
  readonly #workers = new Map<string, Map<ProbeKind, ProbeWorker>>()

  constructor(node: NodeServices, probed: ProbedPod) {
    this.#node = node
    this.#probed = probed
    const { initContainers = [], containers } = probed.pod().spec
    for (const container of [...initContainers.filter(isSidecar), ...containers]) this.#add(container)
  }

  start(): void {
    for (const worker of this.#all()) worker.start()
  }

  stop(): void {
    for (const worker of this.#all()) worker.stop()
  }

  /** A pod that ends is neither restarted nor found started any more; whether it is ready goes on being asked. */
  keepReadinessOnly(): void {
    for (const worker of this.#all()) if (worker.kind !== 'Readiness') worker.stop()
  }

  findings(name: string): Findings {
    const startup = this.#workers.get(name)?.get('Startup')?.verdict
    const liveness = this.#workers.get(name)?.get('Liveness')?.verdict
    return { startup, liveness, started: this.#started(name) }
  }

  health(name: string): Health {
    const started = this.#started(name)
    const readiness = this.#workers.get(name)?.get('Readiness')
    return { started, ready: started && (readiness ? readiness.verdict === true : true) }
  }

  /** Asks at once whether what has just started is ready. */
  hurry(): void {
    for (const [name, workers] of this.#workers) if (this.#started(name)) workers.get('Readiness')?.hurry()
  }

  #started(name: string): boolean {
    if (!this.#probed.record(name)?.running) return false
    const startup = this.#workers.get(name)?.get('Startup')
    return startup ? startup.verdict === true : true
  }

  #add(container: ContainerSpec): void {
    const workers = new Map<ProbeKind, ProbeWorker>()
    for (const [kind, field] of PROBES) {
      const spec = container[field]
      if (!spec) continue
      const probed = {
        target: () => {
          const run = this.#probed.record(container.name)?.run
          if (!run || run.ended) return undefined
          return { id: run.containerID, startedAt: run.startedAt }
        },
        started: () => this.#started(container.name),
        probe: async (): Promise<ProbeResult> => {
          const process = this.#probed.record(container.name)?.run?.process
          if (!process) return { outcome: 'errored', message: 'container not running' }
          return probeOnce(spec, this.#probed.pod(), container, this.#probed.podIP(), process, this.#node.reach)
        },
        tell: (result: ProbeResult) => this.#tell(kind, container.name, result),
        changed: () => this.#probed.changed(),
      }
      workers.set(kind, new ProbeWorker(kind, spec, this.#node.realTime, probed))
    }
    if (workers.size > 0) this.#workers.set(container.name, workers)
  }

  #tell(kind: ProbeKind, name: string, result: ProbeResult): void {
    if (result.outcome === 'success') return
    const pod = this.#probed.pod()
    const [reason, words] =
      result.outcome === 'warning'
        ? ['ProbeWarning', 'probe warning']
        : ['Unhealthy', result.outcome === 'failure' ? 'probe failed' : 'probe errored and resulted in unknown state']
    this.#node.events.record(pod, 'Warning', reason, `${kind} ${words}: ${result.message}`, fieldPath(pod, name))
  }

  *#all(): Iterable<ProbeWorker> {
    for (const workers of this.#workers.values()) yield* workers.values()
  }
}
