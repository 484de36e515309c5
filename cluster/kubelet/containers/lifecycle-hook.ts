import type * as models from '@kubernetes/client-node'
import { type Clock, sleep } from '../../apimachinery/clock.ts'
import type { Container as ContainerSpec, Json, Pod } from '../../apimachinery/objects.ts'
import { httpGet } from '../probes/http-get.ts'
import type { Reach } from '../probes/target.ts'
import type { Container } from '../runtime/runtime.ts'
import { podReference } from './container-record.ts'

export type LifecycleHandler = Json<models.V1LifecycleHandler>

/** As long as an HTTP hook waits for its answer. */
const HTTP_TIMEOUT_MS = 10_000

/** Runs a postStart or preStop hook to its end. Throws an Error with the kubelet's words. Follows pkg/kubelet/lifecycle/handlers.go. */
export async function runHook(
  handler: LifecycleHandler,
  pod: Pod,
  container: ContainerSpec,
  podIP: string,
  process: Container,
  { reach, clock, signal }: { readonly reach: Reach; readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<void> {
  const where = `for Container "${container.name}" in Pod "${podReference(pod)}" failed - error:`
  if (handler.exec) {
    const command = handler.exec.command ?? []
    const { exitCode, stdout, stderr } = await process.exec(command, {})
    if (exitCode === 0) return
    const why = `command '${command.join(' ')}' exited with ${exitCode}: ${stderr}`
    throw new Error(
      `Exec lifecycle hook (${`[${command.join(' ')}]`}) ${where} ${why}, message: ${JSON.stringify(stdout + stderr)}`,
    )
  }
  if (handler.httpGet) {
    const wanted = { purpose: 'lifecycle', timeoutMs: HTTP_TIMEOUT_MS } as const
    const path = handler.httpGet.path ?? '/'
    let failed: string | undefined
    try {
      const answer = await httpGet(pod, container, podIP, handler.httpGet, wanted, reach)
      if ('failed' in answer) failed = answer.failed
    } catch (error) {
      failed = (error as Error).message
    }
    if (failed !== undefined) throw new Error(`HTTP lifecycle hook (${path}) ${where} ${failed}`)
    return
  }
  if (handler.sleep) {
    await sleep(clock, handler.sleep.seconds * 1_000, signal)
    return
  }
  throw new Error('Cannot run handler: invalid handler')
}
