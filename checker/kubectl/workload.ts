import { CommandError } from './errors.ts'
import { at, type KubeObject } from './objects.ts'

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

/** The labels that a workload or service selects its pods by, as a selector for the API. Throws when it selects none. */
export function selectorOf(object: KubeObject): string {
  const selector = at(object, 'spec', 'selector') as LabelSelector | Record<string, string> | undefined
  if (!selector || Object.keys(selector).length === 0) {
    throw new CommandError(`invalid service '${object.metadata.name}': Service is defined without a selector`)
  }
  return formatSelector(
    object.kind === 'Service' ? { matchLabels: selector as Record<string, string> } : (selector as LabelSelector),
  )
}

/** A LabelSelector as text: `app=web,tier in (a,b)`. */
export function formatSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equal = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}=${matchLabels[key]}`)
  const rest = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`
  })
  return [...equal, ...rest].join(',')
}

/** Running and ready pods first, then the newest: the order in which `logs deploy/x` chooses. */
export function newestPods(pods: readonly KubeObject[]): KubeObject[] {
  const rank = (pod: KubeObject) => {
    const status = pod.status as { phase?: string; conditions?: { type: string; status: string }[] } | undefined
    const ready = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')
    return [at(pod, 'spec', 'nodeName') ? 0 : 1, status?.phase === 'Running' ? 0 : 1, ready ? 0 : 1] as const
  }
  return [...pods].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)]
    for (const [index, value] of left.entries()) if (value !== right[index]) return value - (right[index] ?? 0)
    const [older, younger] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '']
    return older < younger ? -1 : older > younger ? 1 : 0
  })
}
