import { semanticallyEqual } from '../../apimachinery/equality.ts'
import { ApiError, isAlreadyExists, isNotFound } from '../../apimachinery/errors.ts'
import type { Deployment, ReplicaSet } from '../../apimachinery/objects.ts'
import type { Context } from '../../client/controller.ts'
import { controllerReference, isControlledBy } from '../owner-reference.ts'
import { annotationsOfNewest, nextRevision, REVISION, revisionOf, sizeAnnotations } from './annotations.ts'
import { conditionOf, withCondition } from './conditions.ts'
import { byAge, HASH_LABEL, newReplicaSet, sizeOf } from './replica-sets.ts'
import { type Sizes, sizeOfNewest } from './rolling-update.ts'
import { type DeploymentStatus, hasProgressDeadline, withPause } from './status.ts'
import { replicaSetName, templateHash } from './template-hash.ts'

/**
 * One pass over a deployment: its sets as they are after each write, and what its own status and revision will be. Everything
 * about the deployment itself is written once, at the end.
 */
export class Rollout {
  readonly context: Context
  /** As the cache has it, with what this pass has added to status and annotations. */
  deployment: Deployment
  newest: ReplicaSet | undefined
  old: ReplicaSet[]
  readonly #cached: Deployment

  constructor(deployment: Deployment, sets: readonly ReplicaSet[], context: Context) {
    this.context = context
    this.#cached = deployment
    this.deployment = deployment
    this.newest = newReplicaSet(deployment, sets)
    this.old = sets.filter((set) => set.metadata.uid !== this.newest?.metadata.uid)
    if (!deployment.metadata.deletionTimestamp) {
      this.deployment = {
        ...deployment,
        status: { ...deployment.status, conditions: [...withPause(deployment, this.#now())] },
      }
    }
  }

  get sets(): ReplicaSet[] {
    return this.newest ? [...this.old, this.newest] : this.old
  }

  /** Gives the newest set, where there is one, the highest revision and the deployment's annotations. */
  async syncRevision(): Promise<void> {
    if (!this.newest) return
    const { deployment, newest } = this
    const present = newest.metadata.annotations ?? {}
    const annotations = annotationsOfNewest(deployment, present, nextRevision(this.old))
    const minReadySeconds = deployment.spec.minReadySeconds ?? 0
    if (!semanticallyEqual(annotations, present) || (newest.spec.minReadySeconds ?? 0) !== minReadySeconds) {
      const metadata = { ...newest.metadata, annotations }
      const spec = { ...newest.spec, minReadySeconds }
      this.newest = await this.context.api.update('apps/v1 ReplicaSet', { ...newest, metadata, spec })
    }
    this.#setRevision(this.newest)
    if (!conditionOf(deployment.status?.conditions, 'Progressing')) {
      this.#setProgressing('True', 'FoundNewReplicaSet', `Found new replica set "${newest.metadata.name}"`)
    }
  }

  /** The newest set, created if need be. A set of the same name with another template raises the collision count. */
  async ensureNewest(): Promise<ReplicaSet> {
    if (this.newest) return this.newest
    const { deployment, context } = this
    const set = this.#draft()
    const { name } = set.metadata
    try {
      this.newest = await context.api.create('apps/v1 ReplicaSet', set)
    } catch (error) {
      if (isAlreadyExists(error)) this.newest = await this.#existing(name, error)
      else await this.#refused(name, error)
    }
    const newest = this.newest as ReplicaSet
    const size = sizeOf(newest)
    if (size > 0) {
      const message = `Scaled up replica set ${name} from 0 to ${size}`
      context.events.record(deployment, 'Normal', 'ScalingReplicaSet', message)
    }
    this.#setRevision(newest)
    this.#setProgressing('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`)
    return newest
  }

  /** Gives sets new sizes and tells so. True when any changed. */
  async resize(sizes: Sizes): Promise<boolean> {
    let changed = false
    for (const set of this.sets) {
      const size = sizes.get(set.metadata.name)
      if (size === undefined) continue
      const before = sizeOf(set)
      const updated = await this.#resizeOne(set, size)
      this.old = this.old.map((other) => (other === set ? updated : other))
      if (this.newest === set) this.newest = updated
      if (size === before) continue
      changed = true
      const direction = size > before ? 'up' : 'down'
      const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${size}`
      this.context.events.record(this.deployment, 'Normal', 'ScalingReplicaSet', message)
    }
    return changed
  }

  /** Deletes the oldest revisions beyond `revisionHistoryLimit`, but none that still has pods. */
  async cleanUp(): Promise<void> {
    const { revisionHistoryLimit } = this.deployment.spec
    if (revisionHistoryLimit === undefined || revisionHistoryLimit === 2_147_483_647) return
    const candidates = this.old.filter((set) => !set.metadata.deletionTimestamp)
    const surplus = candidates
      .sort((a, b) => revisionOf(a) - revisionOf(b) || byAge(a, b))
      .slice(0, Math.max(0, candidates.length - revisionHistoryLimit))
    for (const set of surplus) {
      const { status, metadata } = set
      const seen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
      if ((status?.replicas ?? 0) > 0 || sizeOf(set) > 0 || !seen) continue
      await this.context.api.delete('apps/v1 ReplicaSet', metadata, { preconditions: { uid: metadata.uid } })
    }
  }

  /** Writes the deployment's status, and the annotation of its revision, unless they say the same already. */
  async write(status: DeploymentStatus): Promise<void> {
    const next = { ...this.deployment, status }
    if (
      semanticallyEqual(next.status, this.#cached.status) &&
      semanticallyEqual(next.metadata.annotations, this.#cached.metadata.annotations)
    ) {
      return
    }
    try {
      await this.context.api.update('apps/v1 Deployment', next, { subresource: 'status' })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  #draft() {
    const { deployment } = this
    const { template, selector, minReadySeconds = 0 } = deployment.spec
    const hash = templateHash(template, deployment.status?.collisionCount)
    const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash }
    const { namespace, name } = deployment.metadata
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: replicaSetName(name, hash),
        ...(namespace && { namespace }),
        ownerReferences: [controllerReference('apps/v1 Deployment', deployment)],
        labels,
        annotations: {
          ...annotationsOfNewest(deployment, {}, nextRevision(this.old)),
          ...sizeAnnotations(deployment),
        },
      },
      spec: {
        replicas: sizeOfNewest(deployment, undefined, this.old),
        minReadySeconds,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    }
  }

  /** The set that was there already, if it is this deployment's own. */
  async #existing(name: string, error: ApiError): Promise<ReplicaSet> {
    const { deployment, context } = this
    const { namespace } = deployment.metadata
    const set = await context.api.get('apps/v1 ReplicaSet', { name, ...(namespace && { namespace }) })
    if (isControlledBy(set, deployment) && newReplicaSet(deployment, [set])) return set
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1
    await this.write({ ...deployment.status, collisionCount })
    throw error
  }

  async #refused(name: string, error: unknown): Promise<never> {
    if (!(error instanceof ApiError)) throw error
    if (error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) throw error
    const message = `Failed to create new replica set "${name}": ${error.message}`
    this.#setProgressing('False', 'ReplicaSetCreateError', message)
    await this.write(this.deployment.status)
    this.context.events.record(this.deployment, 'Warning', 'ReplicaSetCreateError', message)
    throw error
  }

  async #resizeOne(set: ReplicaSet, size: number): Promise<ReplicaSet> {
    const wanted = sizeAnnotations(this.deployment)
    const annotations = { ...set.metadata.annotations, ...wanted }
    if (sizeOf(set) === size && semanticallyEqual(annotations, set.metadata.annotations)) return set
    const next = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas: size } }
    return this.context.api.update('apps/v1 ReplicaSet', next)
  }

  #setRevision(set: ReplicaSet): void {
    const revision = set.metadata.annotations?.[REVISION]
    const { metadata } = this.deployment
    if (revision === undefined || metadata.annotations?.[REVISION] === revision) return
    const annotations = { ...metadata.annotations, [REVISION]: revision }
    this.deployment = { ...this.deployment, metadata: { ...metadata, annotations } }
  }

  #setProgressing(status: string, reason: string, message: string): void {
    if (!hasProgressDeadline(this.deployment)) return
    const conditions = this.deployment.status?.conditions ?? []
    const progressing = { type: 'Progressing', status, reason, message }
    const next = [...withCondition(conditions, progressing, this.#now())]
    this.deployment = { ...this.deployment, status: { ...this.deployment.status, conditions: next } }
  }

  #now(): number {
    return this.context.clock.now()
  }
}
