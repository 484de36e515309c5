import * as assert from 'uvu/assert'
import { Stage, type StagedObject } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { atMostOnAHost, keptApart } from './kept-apart.ts'
import { leavesLostHost, staysFor } from './leaves-lost-host.ts'
import { outcomeOf, type Probe } from './live.ts'

const test = suite('pods on different hosts, and how long they stay bound to a lost one')
const APP = 'deployment/a'
const LABELS = { matchLabels: { app: 'a' } }
const HOST = 'kubernetes.io/hostname'
const spread = (more: object = {}) => ({
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: HOST, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: LABELS, ...more },
  ],
})

/** A Deployment whose pods are on these hosts, of three. */
function staged(template: object, hosts: readonly string[], tolerations: readonly object[] = []): Stage {
  const stage = new Stage()
  stage.deployment('a', hosts.length)
  for (const [key, object] of stage.objects) {
    if (!/\/deployments\//.test(key)) continue
    const { spec } = object as StagedObject & { spec: object }
    object.spec = { ...spec, template: { metadata: { labels: { app: 'a' } }, spec: template } }
  }
  for (const [index, nodeName] of hosts.entries()) {
    stage.changePod(`a-${index + 1}`, (pod) => {
      pod.spec = { ...(pod.spec as object), nodeName, tolerations }
    })
  }
  for (const name of ['node-1', 'node-2', 'node-3']) {
    stage.put('/api/v1/nodes', name, { spec: {}, status: { conditions: [{ type: 'Ready', status: 'True' }] } })
  }
  return stage
}

async function codeOf(stage: Stage, probe: Probe): Promise<string> {
  const outcome = await outcomeOf(probe, stage.live())
  return 'code' in outcome ? outcome.code : outcome.verdict
}

const ONE_EACH = ['node-1', 'node-2', 'node-3']

test('a rule of either kind passes, when the pods are on different hosts', async () => {
  assert.is(await codeOf(staged(spread(), ONE_EACH), keptApart(APP)), 'passed')
  const term = { topologyKey: HOST, labelSelector: LABELS }
  const must = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
  const may = {
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
  }
  assert.is(await codeOf(staged({ affinity: must }, ONE_EACH), keptApart(APP)), 'passed')
  assert.is(await codeOf(staged({ affinity: may }, ['node-1', 'node-2', 'node-1']), keptApart(APP)), 'passed')
})

test('luck is no rule', async () => {
  assert.is(await codeOf(staged({}, ONE_EACH), keptApart(APP)), 'apart-no-rule')
  const near = {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: HOST, labelSelector: LABELS }] },
  }
  assert.is(await codeOf(staged({ affinity: near }, ONE_EACH), keptApart(APP)), 'apart-together')
})

test('a rule that does not do it is told apart from none', async () => {
  const rack = spread({ topologyKey: 'example.com/rack' })
  assert.is(await codeOf(staged(rack, ONE_EACH), keptApart(APP)), 'apart-other-key')
  const others = spread({ labelSelector: { matchLabels: { app: 'b' } } })
  assert.is(await codeOf(staged(others, ONE_EACH), keptApart(APP)), 'apart-matches-nobody')
  const nobody = spread({ labelSelector: undefined })
  assert.is(await codeOf(staged(nobody, ONE_EACH), keptApart(APP)), 'apart-matches-nobody')
  assert.is(await codeOf(staged(spread({ maxSkew: 3 }), ONE_EACH), keptApart(APP)), 'apart-loose')
})

test('a rule does not help pods that are on one host all the same', async () => {
  assert.is(await codeOf(staged(spread(), ['node-2', 'node-2', 'node-2']), keptApart(APP)), 'apart-one-host')
})

test('where there is one host only, one host is enough', async () => {
  const stage = staged(spread(), ['node-1', 'node-1', 'node-1'])
  stage.objects.delete('/api/v1/nodes/node-2')
  stage.put('/api/v1/nodes', 'node-3', {
    spec: { taints: [{ key: 'x', effect: 'NoSchedule' }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  })
  assert.is(await codeOf(stage, keptApart(APP)), 'passed')
  assert.is(await codeOf(stage, atMostOnAHost(APP, 2)), 'untried')
})

test('more than so many on one host is missed', async () => {
  assert.is(await codeOf(staged({}, [...ONE_EACH, 'node-1']), atMostOnAHost(APP, 2)), 'passed')
  assert.is(await codeOf(staged({}, ['node-1', 'node-1', 'node-1', 'node-2']), atMostOnAHost(APP, 2)), 'apart-crowded')
})

const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'
const tolerated = (key: string, tolerationSeconds?: number) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
})
const leaves = (tolerations: readonly object[]) =>
  codeOf(staged({}, ONE_EACH, tolerations), leavesLostHost(APP, { within: 30 }))

test('both taints are tolerated for so long at most', async () => {
  assert.is(await leaves([tolerated(NOT_READY, 30), tolerated(UNREACHABLE, 5)]), 'passed')
  assert.is(await leaves([tolerated(NOT_READY, 300), tolerated(UNREACHABLE, 5)]), 'host-left-late')
  assert.is(await leaves([tolerated(NOT_READY, 5), tolerated(UNREACHABLE, 31)]), 'host-left-late')
  assert.is(await leaves([tolerated(NOT_READY), tolerated(UNREACHABLE, 5)]), 'host-left-late')
  assert.is(await leaves([{ operator: 'Exists' }]), 'host-left-late')
  assert.is(await leaves([]), 'passed')
})

test('a toleration is read as the eviction controller reads it', () => {
  const pod = (tolerations: readonly object[]) => ({ spec: { tolerations } }) as never
  assert.is(staysFor(pod([tolerated(UNREACHABLE, 7)]), UNREACHABLE), 7)
  assert.is(staysFor(pod([tolerated(UNREACHABLE, 7)]), NOT_READY), 0)
  assert.is(staysFor(pod([{ key: UNREACHABLE, effect: 'NoSchedule', operator: 'Exists' }]), UNREACHABLE), 0)
  assert.is(staysFor(pod([{ key: UNREACHABLE, value: 'x' }]), UNREACHABLE), 0)
  assert.is(staysFor(pod([tolerated(UNREACHABLE)]), UNREACHABLE), Number.POSITIVE_INFINITY)
})

test.run()
