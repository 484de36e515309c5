import { humanDuration } from '../../apimachinery/duration.ts'
import type { LabelSelector, PodSpec } from '../../apimachinery/objects.ts'

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
