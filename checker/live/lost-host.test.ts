import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { NAMESPACE, Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import type { ApiAnswer, ApiRequest } from '../cluster/kubernetes-api.ts'
import type { HostLossPlan } from './host-loss.ts'
import { outcomeOf } from './live.ts'
import { lostHost } from './lost-host.ts'
import { mostInARow } from './traffic.ts'
import { Waiting } from './waiting.ts'

const test = suite('a host is lost, and what that costs is measured')
const folder = mkdtempSync(path.join(tmpdir(), 'lost-host-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(
  path.join(folder, 'alone.yaml'),
  `
apiVersion: v1
kind: Service
metadata: {name: alone}
spec: {selector: {app: alone}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: alone-1, labels: {app: alone}}
spec: {nodeName: elsewhere, containers: [{name: server, image: 'starter-app:1.0'}]}
`,
)

const PLAN: HostLossPlan = {
  deployment: 'deployment/a',
  service: 'service/a',
  alone: { folder, file: 'alone.yaml', service: 'service/alone' },
  perSecond: 20,
  speed: 20,
  within: 30,
}

interface World {
  /** Where the Deployment's pods are. */
  readonly hosts: readonly string[]
  /** After how many ms the node is said to be not ready, and its pods are off the list; left out: never. */
  readonly noticedAfter?: number
  /** After how many ms pods are replaced on another host; left out: never. */
  readonly replacedAfter?: number
  /** The list keeps a lost pod, whatever is noticed. */
  readonly listNeverShrinks?: boolean
}

/** A cluster on which a host can be lost. Requests go round the pods that are on the list. */
class Losing extends Stage {
  readonly world: World
  readonly placed = new Map<string, string>()
  readonly said: string[] = []
  lost: string | undefined
  #noticed = false
  #turn = 0

  constructor(world: World) {
    super()
    this.world = world
    this.deployment('a', world.hosts.length)
    for (const [index, host] of world.hosts.entries()) this.#place(`a-${index + 1}`, host)
    this.service('a', 'ClusterIP')
    for (const host of ['node-1', 'node-2', 'node-3']) this.#node(host, 'True')
    this.onProxy = (target, method, page) => this.#answer(target, method, page)
  }

  override async request(request: ApiRequest): Promise<ApiAnswer> {
    const { method, path: target, body } = request
    if (method !== 'POST' || request.proxied) return super.request(request)
    const made = body as { kind: string; metadata: { name: string }; spec: { nodeName?: string } }
    this.said.push(`made ${made.kind} ${made.metadata.name}`)
    if (made.kind === 'Pod') {
      this.pod('alone', made.metadata.name, { owned: false })
      this.#place(made.metadata.name, made.spec.nodeName ?? '')
    } else this.put(target, made.metadata.name, { spec: made.spec })
    return { status: 201, text: '{}', warnings: [] }
  }

  abilities() {
    return {
      canHurry: async (times: number) => {
        this.said.push(`${times} times as fast`)
        return () => void this.said.push('as before')
      },
      canStopNode: async (node: string) => {
        this.#lose(node)
        return { start: async () => this.#back(node) }
      },
    }
  }

  #lose(host: string): void {
    this.lost = host
    this.said.push(`${host} lost`)
    const { noticedAfter, replacedAfter } = this.world
    if (noticedAfter !== undefined) this.later(noticedAfter, () => this.#notice(host))
    if (replacedAfter !== undefined) this.later(replacedAfter, () => this.#replace(host))
  }

  #notice(host: string): void {
    if (this.lost !== host) return
    this.#noticed = true
    this.#node(host, 'Unknown')
    for (const [name, where] of this.placed) {
      if (where !== host) continue
      this.changePod(name, (pod) => {
        pod.status = { ...(pod.status as object), conditions: [{ type: 'Ready', status: 'False' }] }
      })
    }
  }

  #replace(host: string): void {
    for (const [name, where] of [...this.placed]) {
      if (where !== host || !name.startsWith('a-')) continue
      this.objects.delete(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`)
      this.placed.delete(name)
      this.pod('a', `${name}-again`)
      this.#place(`${name}-again`, 'node-3')
    }
  }

  #back(host: string): void {
    if (this.lost === host) this.said.push(`${host} back`)
    this.lost = undefined
    this.#node(host, 'True')
  }

  #place(pod: string, nodeName: string): void {
    this.placed.set(pod, nodeName)
    this.changePod(pod, (object) => {
      object.spec = { ...(object.spec as object), nodeName }
    })
  }

  #node(name: string, ready: string): void {
    this.put('/api/v1/nodes', name, { spec: {}, status: { conditions: [{ type: 'Ready', status: ready }] } })
  }

  #answer(target: string, method: string, page: string): Partial<ApiAnswer> {
    if (method === 'POST' && page === '/crash') {
      const [, name = ''] = /^pods\/([^:]+)/.exec(target) ?? []
      this.changePod(name, (pod) => {
        const status = pod.status as { containerStatuses: { restartCount: number }[] }
        for (const container of status.containerStatuses) container.restartCount += 1
      })
      return { status: 200 }
    }
    const app = target.startsWith('services/alone') ? 'alone' : 'a'
    const onTheList = [...this.placed].filter(
      ([pod, host]) =>
        pod.startsWith(`${app}-`) && (!this.#noticed || this.world.listNeverShrinks || host !== this.lost),
    )
    this.#turn += 1
    const [, host] = onTheList[this.#turn % Math.max(1, onTheList.length)] ?? []
    if (host !== undefined && host !== this.lost) return { status: 200, text: 'hello' }
    return { status: 503, text: '{"kind":"Status","message":"connection refused"}' }
  }
}

async function lose(world: World) {
  const stage = new Losing(world)
  const live = stage.live({ abilities: stage.abilities() })
  const { alone, keepsAnswering, isReplaced } = lostHost(PLAN)
  const outcomes = {
    alone: await outcomeOf(alone, live),
    keepsAnswering: await outcomeOf(keepsAnswering, live),
    isReplaced: await outcomeOf(isReplaced, live),
  }
  const codes = Object.values(outcomes).map((outcome) => ('code' in outcome ? outcome.code : outcome.verdict))
  return { stage, outcomes, codes }
}

const GOOD: World = { hosts: ['node-1', 'node-2', 'node-3'], noticedAfter: 2_500, replacedAfter: 3_500 }

test('pods on several hosts: some requests are lost until the loss is noticed, and none later', async () => {
  const { codes, outcomes } = await lose(GOOD)
  assert.equal(codes, ['passed', 'passed', 'passed'])
  const [, lost, sent] = (/^(\d+) of (\d+)/.exec(outcomes.keepsAnswering.measured) ?? []).map(Number)
  assert.ok(lost && sent && lost >= 10 && lost <= 25 && sent >= 80, outcomes.keepsAnswering.measured)
  assert.match(outcomes.isReplaced.measured, /^3 ready on other hosts after 3\.\d s$/)
})

test('copies that are only restarted: a crash is healed, and all is lost with the host', async () => {
  const { outcomes } = await lose(GOOD)
  const [, lost, sent] = (/^(\d+) of (\d+)/.exec(outcomes.alone.measured) ?? []).map(Number)
  assert.ok(sent && lost === sent, outcomes.alone.measured)
  const { evidence = [] } = outcomes.alone as { evidence?: readonly string[] }
  assert.match(evidence.join(), /crashed was ready again after/)
})

test('the busiest host is lost, once, with the copies bound to it; in the end all is as before', async () => {
  const { stage } = await lose({ ...GOOD, hosts: ['node-1', 'node-2', 'node-2'] })
  assert.equal(stage.said, [
    'made Service alone',
    'made Pod alone-1',
    '20 times as fast',
    'node-2 lost',
    'node-2 back',
    'as before',
  ])
  assert.not([...stage.objects.keys()].some((key) => key.includes('alone-1')))
})

test('all pods on the lost host: nobody answers, and that is missed', async () => {
  const { codes } = await lose({ hosts: ['node-1', 'node-1', 'node-1'], noticedAfter: 2_500 })
  assert.equal(codes, ['passed', 'host-silent', 'host-not-replaced'])
})

test('pods that are not replaced in time are missed, though the others answer', async () => {
  const { codes, outcomes } = await lose({ hosts: ['node-1', 'node-2', 'node-3'], noticedAfter: 2_500 })
  assert.equal(codes, ['passed', 'passed', 'host-not-replaced'])
  const { evidence = [] } = outcomes.isReplaced as { evidence?: readonly string[] }
  assert.match(evidence.join('\n'), /still bound to node-1: 1 of 3 pods/)
})

test('requests that go on to the lost pod after the notice are missed', async () => {
  const { codes } = await lose({
    hosts: ['node-1', 'node-2', 'node-3'],
    noticedAfter: 1_000,
    replacedAfter: 6_000,
    listNeverShrinks: true,
  })
  assert.is(codes[1], 'host-still-asked')
})

test('lost in a row counts by the order of sending, however late the answers come', () => {
  const sent = (...answered: readonly boolean[]) =>
    answered.map((well, at) => ({
      at,
      ended: at + 9_000,
      reply: well
        ? { kind: 'answer' as const, status: 200, text: '', ms: 9_000 }
        : { kind: 'failed' as const, by: 'cut' as const, detail: '', ms: 0 },
    }))
  assert.is(mostInARow(sent(true, false, true, false, false, true)), 2)
  assert.is(mostInARow(sent(true, true)), 0)
  assert.is(mostInARow(sent(false, false, false)), 3)
})

test('a loss that nobody notices is missed', async () => {
  const { codes } = await lose({ hosts: ['node-1', 'node-2', 'node-3'] })
  assert.equal(codes, ['passed', 'host-unnoticed', 'host-unnoticed'])
})

test('interrupted, the host is started again, and the clock goes as before', async () => {
  const stage = new Losing({ hosts: ['node-1', 'node-2', 'node-3'] })
  const interrupt = new AbortController()
  stage.later(4_000, () => interrupt.abort())
  const waiting = new Waiting(stage.clock, () => {}, interrupt.signal)
  const live = stage.live({ abilities: stage.abilities(), waiting })
  try {
    await outcomeOf(lostHost(PLAN).keepsAnswering, live)
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).name, 'AbortError')
  }
  assert.equal(stage.said.slice(-3), ['node-1 lost', 'node-1 back', 'as before'])
})

test('where no host can be stopped, and where there is one only, nothing is tried', async () => {
  const stage = new Losing(GOOD)
  assert.is((await outcomeOf(lostHost(PLAN).keepsAnswering, stage.live())).verdict, 'untried')
  const single = new Losing({ ...GOOD, hosts: ['node-1', 'node-1', 'node-1'] })
  for (const host of ['node-2', 'node-3']) single.objects.delete(`/api/v1/nodes/${host}`)
  const live = single.live({ abilities: single.abilities() })
  assert.is((await outcomeOf(lostHost(PLAN).isReplaced, live)).verdict, 'untried')
  assert.equal(single.said, [])
})

test('hosts that somebody cordoned are the cluster’s fault, not a reason to pass', async () => {
  const stage = new Losing(GOOD)
  for (const host of ['node-2', 'node-3'])
    Object.assign(stage.objects.get(`/api/v1/nodes/${host}`) as object, { spec: { unschedulable: true } })
  const fault = await outcomeOf(lostHost(PLAN).keepsAnswering, stage.live({ abilities: stage.abilities() })).then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(fault instanceof ClusterFault)
  assert.is(fault.code, 'hosts-cordoned')
  assert.match(fault.message, 'node-2, node-3')
})

test.run()
