import { ClusterFault } from '../cluster/cluster-fault.ts'
import { type AnyObject, type Objects, Refusal } from '../cluster/objects.ts'
import { builtIn, type Resource } from '../cluster/resources.ts'
import type { Finding } from '../files/finding.ts'
import type { Located } from '../files/located.ts'
import { finding } from '../messages/catalogue.ts'
import { type AppliedChange, type AppliedObject, sameObject, shortName } from './applied.ts'
import { takenBack, withHands, writtenByHand } from './by-hand.ts'
import { lastAppliedOf, withLastApplied } from './last-applied.ts'
import type { LessonNamespace } from './lesson-namespace.ts'
import { refusalFindings } from './refusal.ts'
import { threeWayPatch } from './three-way.ts'

/** kubectl's own field manager, so that server-side apply can take the fields over later as it does from kubectl. */
const QUERY = { fieldManager: 'kubectl-client-side-apply', fieldValidation: 'Strict' }
/** How often a write is tried again after somebody else wrote. */
const CONFLICTS = 8

/** A file's object on its way to the cluster. */
interface Target {
  readonly manifest: Located
  readonly resource: Resource
  readonly namespace: string | undefined
}

/** Whether what hands wrote into an object, and its file does not say, is taken away: then it is the file alone that is judged. */
interface Judged {
  readonly filesAlone?: boolean
}

/**
 * Asks the server what it would say to each object, without writing anything. Objects of a kind that the cluster does not have are
 * findings too. Throws BeingDeleted.
 */
export async function dryRun(
  objects: Objects,
  manifests: readonly Located[],
  namespace: LessonNamespace,
  judged: Judged = {},
): Promise<Finding[]> {
  const findings = await Promise.all(
    manifests.map(async (manifest) => {
      const target = await targetOf(objects, manifest, namespace)
      if (!target) {
        const { apiVersion, kind } = manifest
        return [finding('unknown-kind', { kind, apiVersion, suggestions: '' }, { place: manifest.place(['kind']) })]
      }
      return await attempt(manifest, () => write(objects, target, namespace, { ...QUERY, dryRun: 'All' }, judged))
    }),
  )
  return findings.flat()
}

/** An object of this name is on its way out: what would be applied to it would go with it. */
export class BeingDeleted extends Error {
  override readonly name = 'BeingDeleted'
  readonly what: string

  constructor(manifest: Located) {
    super(`${shortName(manifest)} is being deleted`)
    this.what = shortName(manifest)
  }
}

export interface Applying {
  readonly changes: readonly AppliedChange[]
  readonly findings: readonly Finding[]
}

/** Applies each object as `kubectl apply` does, in the order of the files. What is refused is a finding; the rest is applied. */
export async function apply(
  objects: Objects,
  manifests: readonly Located[],
  namespace: LessonNamespace,
  judged: Judged = {},
): Promise<Applying> {
  const changes: AppliedChange[] = []
  const findings: Finding[] = []
  for (const manifest of manifests) {
    const target = await targetOf(objects, manifest, namespace)
    if (!target) continue
    const refused = await attempt(manifest, async () => {
      const { byHand = [], ...written } = await write(objects, target, namespace, QUERY, judged)
      changes.push(written)
      const fields = byHand.join(', ')
      const place = manifest.place(['kind'])
      if (fields) findings.push(finding('by-hand', { what: shortName(manifest), fields }, { place, level: 'note' }))
    })
    findings.push(...refused)
  }
  return { changes, findings }
}

/** Deletes what was applied before and is in no file any more. What has another uid by now is somebody else's, and stays. */
export async function prune(
  objects: Objects,
  before: readonly AppliedObject[],
  now: readonly AppliedObject[],
): Promise<AppliedChange[]> {
  const changes: AppliedChange[] = []
  for (const object of before) {
    if (now.some((other) => sameObject(object, other))) continue
    if (await remove(objects, object)) changes.push({ object, action: 'pruned' })
  }
  return changes
}

/** Deletes one applied object, if it is still the same one. */
export async function remove(objects: Objects, object: AppliedObject): Promise<boolean> {
  const resource = await objects.resource(object.apiVersion, object.kind)
  if (!resource) return false
  try {
    return await objects.delete(resource, object.namespace, object.name, { uid: object.uid })
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return false
    throw error
  }
}

async function write(
  objects: Objects,
  { manifest, resource, namespace }: Target,
  home: LessonNamespace,
  query: Readonly<Record<string, string>>,
  { filesAlone = false }: Judged,
): Promise<AppliedChange & { readonly byHand?: readonly string[] }> {
  const next = withLastApplied(manifest.value, namespace)
  for (let attempts = 1; ; attempts++) {
    try {
      const live = await objects.read(resource, namespace, manifest.name)
      if (!live) return change(await objects.create(resource, namespace, next, query), 'created')
      refuseForeign(live, home)
      if (query.dryRun && live.metadata.deletionTimestamp) throw new BeingDeleted(manifest)
      const hands = filesAlone && home.ours ? writtenByHand(live) : {}
      const last = withHands(lastAppliedOf(live) ?? {}, hands, resource)
      const patch = threeWayPatch(resource, { last, next, live })
      if (!patch) return change(live, 'unchanged')
      const written = await objects.patch(resource, namespace, manifest.name, patch.body, { ...patch, query })
      const same = written.metadata.resourceVersion === live.metadata.resourceVersion
      const byHand = takenBack(hands, manifest.value, live, written)
      return { ...change(written, same ? 'unchanged' : 'configured'), byHand }
    } catch (error) {
      // somebody created, changed or deleted it between our read and our write
      const again = error instanceof Refusal && ['Conflict', 'AlreadyExists'].includes(error.reason)
      if (!again || attempts >= CONFLICTS) throw error
    }
  }
}

/** Nobody's files are changed behind their back: what a controller or another tool keeps is left alone. */
function refuseForeign(live: AnyObject, home: LessonNamespace): void {
  const owners = live.metadata as { readonly ownerReferences?: readonly unknown[] }
  const annotated = lastAppliedOf(live) !== undefined
  const ours = home.ours && (owners.ownerReferences ?? []).length === 0
  if (annotated || ours) return
  const what = shortName({ kind: live.kind, name: live.metadata.name })
  const namespace = live.metadata.namespace ?? 'none'
  const more = [`What is it?  kubectl describe ${what} --namespace ${namespace}`]
  throw new ClusterFault(finding('foreign-object', { what, namespace }, { more }))
}

async function attempt(manifest: Located, action: () => Promise<unknown>): Promise<readonly Finding[]> {
  try {
    await action()
    return []
  } catch (error) {
    if (error instanceof Refusal && isUnserved(error))
      return [finding('kind-not-here', { kind: manifest.kind }, { place: manifest.place(['kind']), level: 'note' })]
    if (error instanceof Refusal) return refusalFindings(error, manifest)
    throw error
  }
}

/** Kubernetes has the kind, and this cluster has not: a practice cluster is small. What else an answer is made of can be judged. */
function isUnserved({ status, message }: Refusal): boolean {
  return status === 404 && /^(404 page not found|the server could not find the requested resource)/.test(message)
}

async function targetOf(objects: Objects, manifest: Located, home: LessonNamespace): Promise<Target | undefined> {
  const { apiVersion, kind } = manifest
  const resource = builtIn(apiVersion, kind) ?? (await objects.resource(apiVersion, kind))
  if (!resource) return undefined
  return { manifest, resource, namespace: resource.namespaced ? (manifest.namespace ?? home.name) : undefined }
}

function change({ apiVersion, kind, metadata }: AnyObject, action: AppliedChange['action']): AppliedChange {
  const { namespace, name, uid = '' } = metadata
  return { object: { apiVersion, kind, ...(namespace !== undefined && { namespace }), name, uid }, action }
}
