import type { Pod } from '../../cluster/apimachinery/objects.ts'

/** How long a container that hangs may be away by the numbers of its liveness probe, without the time its program needs to start. Seconds. */
export interface HealingTime {
  /** The hang came right before a probe. */
  readonly least: number
  /** The hang came right after a probe, or after the start. */
  readonly most: number
  /** Until the kubelet knows, at the worst moment; the rest is the grace period. */
  readonly noticed: number
  /** How `most` comes about, for the learner. */
  readonly sum: string
}

/**
 * As the kubelet does it (pkg/kubelet/prober): it asks every `periodSeconds`, one question after another, so an answer that does not come
 * holds up the next question for `timeoutSeconds`; after `failureThreshold` failures in a row it kills, and what hangs ignores SIGTERM for
 * the whole grace period. Undefined without a liveness probe.
 */
export function healingTime({ spec }: Pod, container: Pod['spec']['containers'][number]): HealingTime | undefined {
  const probe = container.livenessProbe
  if (!probe) return undefined
  const { initialDelaySeconds: delay = 0, periodSeconds: period = 10, timeoutSeconds: timeout = 1 } = probe
  const { failureThreshold: failures = 3 } = probe
  const grace = probe.terminationGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30
  const apart = Math.max(period, timeout)
  const wait = Math.max(delay, period)
  const asking = (failures - 1) * apart + timeout
  const parts = [
    `up to ${wait} s until it is asked`,
    ...(failures > 1 ? [`${failures - 1} × ${apart} s to failure number ${failures}`] : []),
    `${timeout} s without an answer`,
    `${grace} s to end`,
  ]
  const most = wait + asking + grace
  return { least: asking + grace, most, noticed: wait + asking, sum: `${parts.join(' + ')} = ${most} s` }
}
