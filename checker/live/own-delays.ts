import type { Deployment } from '../../cluster/apimachinery/objects.ts'

/**
 * How long a Deployment's own numbers make its pods wait before they count, when they are replaced one after another. Milliseconds on top
 * of what an ordinary rollout takes: who asks for slow pods gets them, and that is no fault.
 */
export function ownDelays({ spec }: Deployment): number {
  const { minReadySeconds = 0, replicas = 1, template } = spec
  const delays = (template?.spec?.containers ?? []).map(({ readinessProbe, startupProbe }) =>
    [readinessProbe, startupProbe].reduce(
      (sum, probe) => sum + (probe?.initialDelaySeconds ? probe.initialDelaySeconds + (probe.periodSeconds ?? 10) : 0),
      0,
    ),
  )
  return Math.max(1, replicas) * (minReadySeconds + Math.max(0, ...delays)) * 1000
}
