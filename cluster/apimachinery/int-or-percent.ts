/**
 * A number, or a share of a total such as `25%`. Follows k8s.io/apimachinery/pkg/util/intstr; a text that is neither counts
 * as 0, since validation has refused it.
 */
export function resolveIntOrPercent(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(value ?? '')
  if (!percent) return 0
  return (round === 'up' ? Math.ceil : Math.floor)((Number(percent[1]) * total) / 100)
}
