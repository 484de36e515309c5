import { isDeepStrictEqual } from 'node:util'
import { type Clock, sleep } from '../../apimachinery/clock.ts'
import { isAlreadyExists, isConflict, isNotFound } from '../../apimachinery/errors.ts'
import type { Node } from '../../apimachinery/objects.ts'
import type { ApiClient } from '../../client/api-client.ts'
import type { EventRecorder, Involved } from '../../client/event-recorder.ts'
import type { Images } from '../runtime/runtime.ts'
import { type NodeFacts, nodeLabels, nodeStatus } from './node-status.ts'

/** How often the status is looked at, and how old the told one may be: the kubelet's defaults. */
const LOOK_MS = 10_000
const OLDEST_MS = 300_000
const RETRY_MS = 1_000

/** Makes the Node and keeps its status. Follows pkg/kubelet/kubelet_node_status.go. */
export class NodeRegistration {
  readonly #facts: NodeFacts
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #images: Images
  readonly #events: EventRecorder

  constructor(facts: NodeFacts, api: ApiClient, clock: Clock, images: Images, events: EventRecorder) {
    this.#facts = facts
    this.#api = api
    this.#clock = clock
    this.#images = images
    this.#events = events
  }

  /** Resolves when the API has the Node, with a status that says Ready. Goes on trying until the signal aborts. */
  async register(signal: AbortSignal): Promise<Node | undefined> {
    while (!signal.aborted) {
      try {
        const node = await this.#tell(await this.#made(), true)
        this.#announce(node)
        return node
      } catch {
        await sleep(this.#clock, RETRY_MS, signal)
      }
    }
    return undefined
  }

  /** Keeps the status up to date until the signal aborts. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#clock, LOOK_MS, signal)
      if (signal.aborted) return
      try {
        await this.#tell(await this.#api.get('v1 Node', { name: this.#facts.name }), false)
      } catch (error) {
        if (isNotFound(error)) await this.register(signal)
        // Anything else: the next look comes soon.
      }
    }
  }

  async #made(): Promise<Node> {
    const { name, podCidr } = this.#facts
    const labels = nodeLabels(name)
    const draft = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      spec: { podCIDR: podCidr, podCIDRs: [podCidr] },
    }
    try {
      return await this.#api.create('v1 Node', draft)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
    const node = await this.#api.get('v1 Node', { name })
    const missing = Object.entries(labels).some(([key, value]) => node.metadata.labels?.[key] !== value)
    if (!missing && node.spec.podCIDR) return node
    return this.#api.update('v1 Node', {
      ...node,
      metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...labels } },
      spec: { ...node.spec, ...(!node.spec.podCIDR && draft.spec) },
    })
  }

  async #tell(node: Node, always: boolean): Promise<Node> {
    const now = this.#clock.now()
    const last = node.status ?? {}
    const status = nodeStatus(this.#facts, last, await this.#images.list(), now)
    const told = Date.parse(last.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime ?? '')
    const old = Number.isNaN(told) || this.#clock.since(told) >= OLDEST_MS
    if (!always && !old && isDeepStrictEqual(quiet(status), quiet(last))) return node
    try {
      return await this.#api.update('v1 Node', { ...node, status }, { subresource: 'status' })
    } catch (error) {
      if (!isConflict(error)) throw error
      return this.#tell(await this.#api.get('v1 Node', { name: this.#facts.name }), always)
    }
  }

  #announce(node: Node): void {
    const { name } = this.#facts
    // The kubelet's events about its node name it in place of a uid.
    const involved: Involved = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } }
    this.#events.record(involved, 'Normal', 'Starting', 'Starting kubelet.')
    const ready = node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
    const all = [
      'NodeHasSufficientMemory',
      'NodeHasNoDiskPressure',
      'NodeHasSufficientPID',
      ...(ready ? ['NodeReady'] : []),
    ]
    for (const reason of all) this.#events.record(involved, 'Normal', reason, `Node ${name} status is now: ${reason}`)
  }
}

/** Without what changes by itself. */
function quiet(status: Node['status']): unknown {
  const conditions = status.conditions?.map(({ lastHeartbeatTime: _, ...rest }) => rest)
  return JSON.parse(JSON.stringify({ ...status, conditions }))
}
