import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isNotFound } from '../../cluster/apimachinery/errors.ts'
import { OWNER, OWNER_LABEL } from '../apply/lesson-namespace.ts'
import { processIo } from '../kubectl/io.ts'
import { KubeConfig } from '../kubectl/kubeconfig.ts'
import { Server } from '../kubectl/server.ts'
import type { ExercisePlace } from '../learner/exercise-place.ts'
import type { Progress } from '../learner/progress.ts'
import { accessFolder, practiceConfig, realConfig } from './kubectl-access.ts'

export { accessFolder }

/** A lesson's way to the cluster in use: a kubeconfig of its own, whose namespace is the lesson's. */
export interface Access {
  /** As screens name the cluster. */
  readonly title: string
  readonly namespace: string
  /** The file; readable by its owner only. */
  readonly kubeconfig: string
  /** Where this lesson's kubeconfig and shims lie. */
  readonly folder: string
  /** Keeps the practice cluster from stopping for idleness until it is called, or this process ends. */
  stayAwake(): () => void
}

/**
 * Writes the kubeconfig of a lesson, and starts the practice cluster if that is the one in use. The learner's own kubeconfig is
 * read where a real cluster is in use, and never changed. Throws PracticeClusterError, or an Error for a context that is not there.
 */
export async function openAccess(
  place: ExercisePlace,
  progress: Progress,
  { context, say }: { readonly context?: string | undefined; say(line: string): void },
): Promise<Access> {
  const chosen = context === undefined ? progress.cluster : context === 'practice' ? undefined : { context }
  const folder = path.join(
    accessFolder(),
    `${chosen ? `${chosen.context.replace(/[^\w.-]/g, '_')}-` : ''}${place.namespace}`,
  )
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const kubeconfig = path.join(folder, 'kubeconfig')
  if (chosen) {
    write(kubeconfig, await realConfig(chosen, place.namespace))
    await ensureNamespace(kubeconfig, place.namespace)
    return {
      title: `cluster ${chosen.context}`,
      namespace: place.namespace,
      kubeconfig,
      folder,
      stayAwake: () => () => {},
    }
  }
  const { ensureRunning } = await import('../practice/ensure-running.ts')
  const cluster = await ensureRunning({ say })
  write(kubeconfig, practiceConfig(cluster.kubeconfig, place.namespace))
  await ensureNamespace(kubeconfig, place.namespace)
  return {
    title: 'practice cluster',
    namespace: place.namespace,
    kubeconfig,
    folder,
    stayAwake: () => cluster.stayAwake(),
  }
}

function write(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 })
  // The mode counts only where the file is new.
  chmodSync(file, 0o600)
}

/** So that the learner's first apply does not fail for want of the lesson's namespace. */
async function ensureNamespace(kubeconfig: string, namespace: string): Promise<void> {
  const server = new Server(new KubeConfig([kubeconfig]).connection(), processIo(new AbortController().signal))
  try {
    await server.json(`/api/v1/namespaces/${namespace}`)
  } catch (error) {
    if (!isNotFound(error)) return
    const body = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { [OWNER_LABEL]: OWNER } },
    }
    await server.json('/api/v1/namespaces', { method: 'POST', body }).catch(() => undefined)
  } finally {
    server.close()
  }
}
