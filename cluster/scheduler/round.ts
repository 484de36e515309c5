import { hostname } from 'node:os'
import { type Clock, timestamp } from '../apimachinery/clock.ts'
import { isConflict, isNotFound } from '../apimachinery/errors.ts'
import type { Pod } from '../apimachinery/objects.ts'
import { isFinished, podCondition } from '../apimachinery/pods.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Running } from '../client/component.ts'
import { type Change, keyOf } from '../client/informer.ts'
import type { InformerCache } from '../client/informer-cache.ts'
import { WorkQueue } from '../client/work-queue.ts'
import { type Cluster, nodeInfos } from './node-info.ts'
import { schedule } from './schedule.ts'
import { SchedulingEvents } from './scheduling-events.ts'
import { nodeMayHelp, podMayHelp } from './wake-up.ts'

const NAME = 'default-scheduler'
/** A pod without a place is tried again after this time even if nothing changed. Clock ms, as kube-scheduler. */
const LEFTOVER_MS = 300_000
/** With thousands of pods to place, everything else in this process still gets its turn. Real ms. */
const TURN_MS = 10

export interface Options {
  readonly api: ApiClient
  readonly clock: Clock
  /** Hears what went wrong while scheduling and is tried again. */
  readonly report: (error: unknown) => void
}

/** The scheduler between a start and a stop. */
export class Round implements Running {
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #report: (error: unknown) => void
  readonly #cache: InformerCache
  readonly #queue: WorkQueue
  readonly #events: SchedulingEvents
  readonly #working: Promise<void>
  /** Writes that are on their way: the next pod does not wait for them. */
  readonly #writing = new Set<Promise<void>>()
  /** Nodes by the uid of pods whose binding has not come back yet. */
  readonly #assumed = new Map<string, string>()
  /** Keys of pods for which there was no place. */
  readonly #unschedulable = new Set<string>()
  #stopped = false

  constructor(cache: InformerCache, { api, clock, report }: Options) {
    this.#api = api
    this.#clock = clock
    this.#report = report
    this.#cache = cache
    this.#queue = new WorkQueue(clock)
    this.#events = new SchedulingEvents(api, clock, hostname())
    cache.informer('v1 Pod').listen((change) => this.#podChanged(change))
    cache.informer('v1 Node').listen((change) => {
      if (nodeMayHelp(change)) this.#retryAll()
    })
    for (const next of cache.list('v1 Pod')) this.#podChanged({ next })
    this.#working = this.#takeTurns()
  }

  /** Resolves when everything decided so far is written. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#queue.close()
    await this.#working
    await Promise.all(this.#writing)
    await this.#events.flushed()
  }

  async #takeTurns(): Promise<void> {
    let turnBegan = performance.now()
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      try {
        this.#scheduleOne(key)
      } catch (error) {
        this.#failed(key, error)
      }
      this.#queue.done(key)
      if (performance.now() - turnBegan > TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve))
        turnBegan = performance.now()
      }
    }
  }

  #failed(key: string, error: unknown): void {
    if (this.#stopped) return
    if (!isConflict(error) && !isNotFound(error)) this.#report(error)
    this.#queue.retry(key)
  }

  #podChanged(change: Change<Pod>): void {
    const { last, next } = change
    const pod = next ?? last
    if (!pod) return
    if (!next || next.spec.nodeName) {
      this.#assumed.delete(pod.metadata.uid)
      this.#unschedulable.delete(keyOf(pod))
    } else if (isWaiting(next) && (!last || !sameForScheduling(last, next))) this.#queue.add(keyOf(next))
    if (podMayHelp(change)) this.#retryAll()
  }

  #retryAll(): void {
    for (const key of this.#unschedulable) this.#queue.add(key)
    this.#unschedulable.clear()
  }

  /** Decides on a pod; what follows from it is written in the background. */
  #scheduleOne(key: string): void {
    const pod = this.#cache.get('v1 Pod', key)
    if (!pod || !isWaiting(pod) || this.#assumed.has(pod.metadata.uid)) return
    this.#unschedulable.delete(key)
    const outcome = schedule(pod, this.#cluster(), (kind, namespace) => this.#cache.list(kind, namespace))
    if ('node' in outcome) {
      this.#keep(key, this.#bind(pod, outcome.node))
      return
    }
    this.#unschedulable.add(key)
    this.#queue.addAfter(key, LEFTOVER_MS)
    this.#events.failed(pod, outcome.failure)
    this.#keep(key, this.#tell(pod, outcome.failure))
  }

  #keep(key: string, write: Promise<void>): void {
    const done = write.then(
      () => this.#queue.forget(key),
      (error) => this.#failed(key, error),
    )
    this.#writing.add(done)
    void done.finally(() => this.#writing.delete(done))
  }

  async #bind(pod: Pod, node: string): Promise<void> {
    const { uid } = pod.metadata
    this.#assumed.set(uid, node)
    try {
      await this.#api.bind(pod.metadata, node)
    } catch (error) {
      this.#assumed.delete(uid)
      throw error
    }
    this.#events.scheduled(pod, node)
  }

  /** Sets the condition PodScheduled=False, unless it says the same already. */
  async #tell(pod: Pod, message: string): Promise<void> {
    const present = podCondition(pod, 'PodScheduled')
    if (present?.status === 'False' && present.reason === 'Unschedulable' && present.message === message) return
    const unchanged = present?.status === 'False' ? present.lastTransitionTime : undefined
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: unchanged ?? timestamp(this.#clock.now()),
      ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
      reason: 'Unschedulable',
      message,
    }
    const body = { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } }
    await this.#api.patch('v1 Pod', pod.metadata, { type: 'strategic', body }, { subresource: 'status' })
  }

  #cluster(): Cluster {
    const nodeOf = (pod: Pod) => pod.spec.nodeName ?? this.#assumed.get(pod.metadata.uid)
    const namespaces = this.#cache
      .list('v1 Namespace')
      .map(({ metadata }) => [metadata.name, metadata.labels ?? {}] as const)
    return {
      nodes: nodeInfos(this.#cache.list('v1 Node'), this.#cache.list('v1 Pod'), nodeOf),
      namespaces: new Map(namespaces),
    }
  }
}

/** Whether the pod is for this scheduler to place: it has no node, no gate, and is neither going nor done. */
function isWaiting(pod: Pod): boolean {
  const { nodeName, schedulerName = NAME, schedulingGates = [] } = pod.spec
  return (
    !nodeName &&
    schedulerName === NAME &&
    schedulingGates.length === 0 &&
    !pod.metadata.deletionTimestamp &&
    !isFinished(pod)
  )
}

/** Whether nothing changed that could make another node fit: a status, for one, is of our own writing. */
function sameForScheduling(last: Pod, next: Pod): boolean {
  return (
    last.metadata.uid === next.metadata.uid &&
    last.metadata.generation === next.metadata.generation &&
    JSON.stringify(last.metadata.labels) === JSON.stringify(next.metadata.labels) &&
    isWaiting(last)
  )
}
