import type { Container as ContainerSpec, Pod, Probe } from '../../apimachinery/objects.ts'
import { expand, lookupIn } from '../environment/expansion.ts'
import type { Container } from '../runtime/runtime.ts'
import { httpGet } from './http-get.ts'
import { netWords, openTarget, type Reach, resolvePort } from './target.ts'

/** What one probe found. `errored`: nobody knows; it counts neither way. */
export type ProbeResult =
  | { readonly outcome: 'success' }
  | { readonly outcome: 'warning' | 'failure' | 'errored'; readonly message: string }

/** How often a probe is tried again that could not be made. */
const TRIES = 3

/** Probes a container once. Follows pkg/kubelet/prober/prober.go. */
export async function probeOnce(
  probe: Probe,
  pod: Pod,
  container: ContainerSpec,
  podIP: string,
  process: Container,
  reach: Reach,
): Promise<ProbeResult> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(probe, pod, container, podIP, process, reach)
    } catch (error) {
      if (tries === TRIES) return { outcome: 'errored', message: (error as Error).message }
    }
  }
}

async function attempt(
  probe: Probe,
  pod: Pod,
  container: ContainerSpec,
  podIP: string,
  process: Container,
  reach: Reach,
): Promise<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1_000
  if (probe.exec) return execProbe(probe.exec.command ?? [], container, process, timeoutMs)
  if (probe.httpGet) {
    const answer = await httpGet(pod, container, podIP, probe.httpGet, { purpose: 'probe', timeoutMs }, reach)
    if ('failed' in answer) return { outcome: 'failure', message: answer.failed }
    const { status, body } = answer
    if (status >= 200 && status < 300) return { outcome: 'success' }
    if (status >= 300 && status < 400) {
      return { outcome: 'warning', message: `Probe terminated redirects, Response body: ${body}` }
    }
    return { outcome: 'failure', message: `HTTP probe failed with statuscode: ${status}` }
  }
  if (probe.tcpSocket) {
    const port = resolvePort(probe.tcpSocket.port as number | string, container)
    return tcpProbe(pod, podIP, probe.tcpSocket.host, port, timeoutMs, reach)
  }
  if (probe.grpc) throw new Error('gRPC probes are not available on this node')
  throw new Error(`missing probe handler for ${pod.metadata.name}_${pod.metadata.namespace}:${container.name}`)
}

async function execProbe(
  command: readonly string[],
  container: ContainerSpec,
  process: Container,
  timeoutMs: number,
): Promise<ProbeResult> {
  const literals = Object.fromEntries((container.env ?? []).map(({ name, value = '' }) => [name, value]))
  const words = command.map((word) => expand(word, lookupIn(literals)))
  const { exitCode, stdout, stderr, timedOut } = await process.exec(words, { timeoutMs })
  if (timedOut) {
    return {
      outcome: 'failure',
      message: `command timed out: "${words.join(' ')}" timed out after ${timeoutMs / 1_000}s`,
    }
  }
  return exitCode === 0 ? { outcome: 'success' } : { outcome: 'failure', message: stdout + stderr }
}

async function tcpProbe(
  pod: Pod,
  podIP: string,
  host: string | undefined,
  port: number,
  timeoutMs: number,
  reach: Reach,
): Promise<ProbeResult> {
  const address = `${host || podIP}:${port}`
  try {
    const socket = await openTarget(pod, podIP, host, port, reach)
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`dial tcp ${address}: i/o timeout`)), timeoutMs)
      socket.once('connect', () => resolve())
      socket.once('error', reject)
      socket.once('close', () => clearTimeout(timer))
    }).finally(() => socket.destroy())
    return { outcome: 'success' }
  } catch (error) {
    return { outcome: 'failure', message: netWords(error as NodeJS.ErrnoException, address) }
  }
}
