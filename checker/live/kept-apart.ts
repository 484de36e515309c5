import { matchesSelector } from '../../cluster/apimachinery/labels.ts'
import type { Deployment, LabelSelector, Node, Pod } from '../../cluster/apimachinery/objects.ts'
import type { Probe, Reference } from './live.ts'
import { missed, type Outcome, passed, untried } from './outcome.ts'
import { isReady } from './pod-evidence.ts'
import { deploymentOf, podsOf } from './pods-of.ts'

export const HOSTNAME = 'kubernetes.io/hostname'

interface Rule {
  /** As the learner knows it: `topologySpreadConstraints[0]`. */
  readonly name: string
  readonly key: string
  readonly selector: LabelSelector | undefined
  readonly skew?: number
}

/**
 * The pod template has a rule that keeps the Deployment's own pods on different hosts, whichever of the two kinds it is, and they are on
 * different hosts now. Where the scheduler put them once is luck; the rule is what holds.
 */
export function keptApart(reference: Reference): Probe {
  return async (live) => {
    const deployment = await deploymentOf(live, reference)
    const wrong = wrongRule(deployment, reference)
    const pods = (await podsOf(live, reference)).filter(isReady)
    const hosts = countsOf(pods)
    const where = shown(hosts)
    if (wrong) return wrong([`now: ${where.join(', ')}`])
    // after an update pods may be two on one host; what must not be is that one loss takes them all
    const there = (await live.objects.list('v1 Node')).filter(takesPods).length
    const wanted = Math.min(2, pods.length, there)
    const [[host = ''] = []] = hosts
    if (hosts.size < wanted) return missed('apart-one-host', { pods: pods.length, host }, where)
    return passed(`${where.join(', ')}${there > 1 ? '' : '; there is one host only'}`)
  }
}

/** No host has more than so many of the pods. Not tried where there is one host only. */
export function atMostOnAHost(reference: Reference, most: number): Probe {
  return async (live) => {
    const hosts = (await live.objects.list('v1 Node')).filter(takesPods)
    if (hosts.length < 2) return untried('not tried on this cluster: it has one host only')
    const counts = countsOf((await podsOf(live, reference)).filter(isReady))
    const [[host, pods] = ['', 0]] = [...counts].sort(([, a], [, b]) => b - a)
    return pods > most ? missed('apart-crowded', { host, pods, most }, shown(counts)) : passed(shown(counts).join(', '))
  }
}

function countsOf(pods: readonly Pod[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { spec } of pods) counts.set(spec.nodeName ?? '', (counts.get(spec.nodeName ?? '') ?? 0) + 1)
  return counts
}

/** `node-1: 2`, sorted by name. */
function shown(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([host, count]) => `${host}: ${count}`)
}

type Wrong = (evidence: readonly string[]) => Outcome

/** What is wrong with the rule, when no rule of the template does it. */
function wrongRule(deployment: Deployment, what: Reference): Wrong | undefined {
  const { spec, metadata } = deployment.spec.template
  const labels = metadata?.labels ?? {}
  const replicas = deployment.spec.replicas ?? 1
  const rules = rulesOf(deployment)
  const wrong = rules.map(({ name, key, selector, skew }): Wrong | undefined => {
    if (key !== HOSTNAME) return (evidence) => missed('apart-other-key', { found: key }, evidence)
    if (!selector || !matchesSelector(selector, labels)) {
      const carried = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
      return (evidence) => missed('apart-matches-nobody', { rule: name, labels: carried.join(', ') }, evidence)
    }
    if (skew !== undefined && skew >= replicas) return (evidence) => missed('apart-loose', { skew, replicas }, evidence)
    return undefined
  })
  if (rules.length > 0) return wrong.includes(undefined) ? undefined : wrong[0]
  const { requiredDuringSchedulingIgnoredDuringExecution: must, preferredDuringSchedulingIgnoredDuringExecution: may } =
    spec?.affinity?.podAffinity ?? {}
  const code = must?.length || may?.length ? 'apart-together' : 'apart-no-rule'
  return (evidence) => missed(code, { what }, evidence)
}

function rulesOf({ spec: { template } }: Deployment): Rule[] {
  const { topologySpreadConstraints = [], affinity } = template.spec ?? {}
  const {
    requiredDuringSchedulingIgnoredDuringExecution: must = [],
    preferredDuringSchedulingIgnoredDuringExecution: may = [],
  } = affinity?.podAntiAffinity ?? {}
  return [
    ...topologySpreadConstraints.map(({ topologyKey, labelSelector, maxSkew }, index) => ({
      name: `topologySpreadConstraints[${index}]`,
      key: topologyKey,
      selector: labelSelector,
      skew: maxSkew,
    })),
    ...[...must, ...may.map(({ podAffinityTerm }) => podAffinityTerm)].map(({ topologyKey, labelSelector }) => ({
      name: 'podAntiAffinity',
      key: topologyKey,
      selector: labelSelector,
    })),
  ]
}

/** Whether new pods may go to this node: it is ready, and nobody has cordoned or tainted it. */
export function takesPods({ spec, status }: Node): boolean {
  const ready = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
  const kept = spec?.taints?.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
  return ready === true && !kept && !spec?.unschedulable
}
