import type { LabelSelector, PodSpec } from '../../apimachinery/objects.ts'

/** As k8s.io/apimachinery/pkg/util/duration HumanDuration: `45s`, `4m30s`, `3h12m`, `2d5h`, `30d`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 10) return with2(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 8) return with2(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(hours / 24)
  if (hours < 192) return with2(days, 'd', hours % 24, 'h')
  if (days < 365 * 2) return `${days}d`
  const years = Math.trunc(days / 365)
  return days < 365 * 8 ? with2(years, 'y', days % 365, 'd') : `${years}y`
}

function with2(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`
}

/** How long ago a timestamp was. */
export function age(since: string | undefined | null, now: number): string {
  return since ? humanDuration(now - Date.parse(since)) : '<unknown>'
}

/** `a=b,c=d`, or `<none>`. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key]}`)
  return pairs.length === 0 ? '<none>' : pairs.join(',')
}

/** A selector in kubectl's form: `app=web,tier in (a,b)`. An empty one is `<none>`. */
export function formatSelector(selector: LabelSelector | undefined): string {
  const text = selectorText(selector)
  return text === '' ? '<none>' : text
}

/** The same; an empty selector is empty text, as `/scale` has it. */
export function selectorText(selector: LabelSelector | undefined): string {
  const requirements = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => [key, `${key}=${value}`])
  for (const { key, operator, values = [] } of selector?.matchExpressions ?? []) {
    const list = `(${[...values].sort().join(',')})`
    if (operator === 'In') requirements.push([key, `${key} in ${list}`])
    else if (operator === 'NotIn') requirements.push([key, `${key} notin ${list}`])
    else requirements.push([key, operator === 'Exists' ? key : `!${key}`])
  }
  return requirements
    .sort(([one = ''], [other = '']) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([, text]) => text)
    .join(',')
}

/** The cells `Containers` and `Images` of a pod template. */
export function containerCells(spec: PodSpec | undefined): [names: string, images: string] {
  const containers = spec?.containers ?? []
  return [containers.map(({ name }) => name).join(','), containers.map(({ image }) => image).join(',')]
}
