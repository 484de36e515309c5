import { type AnyObject, type Objects, Refusal, resourceOf } from '../cluster/objects.ts'
import type { Waiting } from '../live/waiting.ts'

/** The label by which the workbook knows its own namespaces again. */
export const OWNER_LABEL = 'app.kubernetes.io/managed-by'
export const OWNER = 'kubernetes-by-hand'

export interface LessonNamespace {
  readonly name: string
  /** Made by the workbook: what lies in it is the learner's. */
  readonly ours: boolean
}

/** How long a new namespace's ServiceAccount is waited for; a cluster that gives none may take pods all the same. Milliseconds. */
const ACCOUNT_MS = 15_000

/** Makes the lesson's namespace if there is none; waits while an old one of that name ends, and until a new one can take pods. */
export async function ensureNamespace(objects: Objects, name: string, waiting: Waiting): Promise<LessonNamespace> {
  const resource = resourceOf('v1 Namespace')
  const present = await waiting.until<AnyObject | 'absent'>(
    `namespace ${name} is free (an older one is being removed)`,
    async () => {
      const found = await objects.read(resource, undefined, name)
      if (!found) return 'absent'
      return found.metadata.deletionTimestamp ? undefined : found
    },
    60_000,
  )
  if (present === undefined) throw new Error(`namespace ${name} is still being removed`)
  if (present !== 'absent') return { name, ours: present.metadata.labels?.[OWNER_LABEL] === OWNER }
  try {
    await objects.create(resource, undefined, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { [OWNER_LABEL]: OWNER } },
    })
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 409)) throw error
  }
  // made a moment later by the controller manager; before that the API server refuses every pod
  await waiting.until<AnyObject | 'not to be seen'>(
    `namespace ${name} has its ServiceAccount`,
    async () => await objects.read(resourceOf('v1 ServiceAccount'), name, 'default').catch(unlessRefused),
    ACCOUNT_MS,
  )
  return { name, ours: true }
}

/** Who may not read ServiceAccounts goes on without waiting. */
function unlessRefused(error: unknown): 'not to be seen' {
  if (error instanceof Refusal) return 'not to be seen'
  throw error
}
