import * as assert from 'uvu/assert'
import { NAMESPACE, Stage, type StagedObject } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import type { ApiAnswer, ApiRequest } from '../cluster/kubernetes-api.ts'
import { objectsOf } from '../files/parse.ts'
import { SourceFile } from '../files/source-file.ts'
import type { Live } from './live.ts'
import { outcomeOf, type Probe } from './live.ts'
import { numberComesBack, numberStays, scaling } from './scaling.ts'

const test = suite('scaling under traffic')
const APP = 'deployment/a'
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/a`
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`
const refused = { status: 503, text: JSON.stringify({ kind: 'Status', message: 'dial tcp: connection refused' }) }

interface Course {
  /** So many pods the nodes take; the scheduler says why no more. */
  readonly room?: number
  readonly why?: string
  /** Only so many are ever asked. */
  readonly asked?: number
  /** From this number of pods on, or below it after there were more, requests fail now and then. */
  readonly losesAt?: number
  /** Pods that are there although they should go. */
  readonly stay?: number
}

/** A Deployment whose pods come and go by its number. */
class ScalingStage extends Stage {
  readonly #course: Course
  #turn = 0
  #names: string[] = []
  #made = 0

  constructor(course: Course = {}) {
    super()
    this.#course = course
    this.deployment('a', 0)
    this.service('a', 'ClusterIP')
    this.#set(3)
    this.onProxy = () => {
      const running = this.#names.slice(0, course.room).slice(0, course.asked)
      this.#turn += 1
      if (running.length === course.losesAt && this.#turn % 7 === 0) return refused
      return { status: 200, text: `Hello from ${running[this.#turn % running.length]}` }
    }
  }

  #set(replicas: number): void {
    const deployment = this.objects.get(DEPLOYMENT) as StagedObject
    deployment.spec = { ...(deployment.spec as object), replicas }
    const ready = Math.min(replicas, this.#course.room ?? replicas)
    deployment.status = {
      replicas,
      updatedReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: 1,
    }
    const wanted = Math.max(replicas, this.#names.length > 3 ? (this.#course.stay ?? 0) : 0)
    while (this.#names.length > wanted) this.objects.delete(`${PODS}/${this.#names.pop()}`)
    while (this.#names.length < wanted) {
      const name = `a-${++this.#made}x`
      this.#names.push(name)
      this.pod('a', name, { status: this.#names.length > (this.#course.room ?? 99) ? this.#waiting() : {} })
    }
  }

  #waiting(): object {
    const { why = 'Too many pods' } = this.#course
    const message = `0/3 nodes are available: 3 ${why}. preemption: 0/3 nodes are available: 3 No preemption victims found.`
    return {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      containerStatuses: [],
    }
  }

  override async request(call: ApiRequest): Promise<ApiAnswer> {
    if (call.method !== 'PATCH' && call.method !== 'PUT') return super.request(call)
    const { spec } = call.body as { spec?: { replicas?: number | null } }
    if (spec?.replicas !== undefined) this.#set(spec.replicas ?? 1)
    return { status: 200, text: JSON.stringify(this.objects.get(DEPLOYMENT)), warnings: [] }
  }

  get replicas(): number {
    return ((this.objects.get(DEPLOYMENT) as StagedObject).spec as { replicas: number }).replicas
  }
}

const plan = { deployment: APP, service: 'service/a', perSecond: 20, up: 20, down: 3 } as const

async function outcome(stage: Stage, probe: Probe, more: Partial<Live> = {}): Promise<string> {
  const result = await outcomeOf(probe, stage.live(more))
  const lines = 'evidence' in result ? (result.evidence ?? []).join('\n') : ''
  const measured = 'code' in result ? `${result.code}: ${result.measured}` : result.measured
  return `${result.verdict} ${measured}\n${lines}`
}

test('one becomes twenty becomes three: each answers, every request is accounted for, the number is as before', async () => {
  const stage = new ScalingStage()
  const run = scaling(plan)
  assert.match(await outcome(stage, run.grows), /^passed 20 of 20 ready after \d\.\d s; 20 pods answered\n/)
  assert.match(
    await outcome(stage, run.shrinks),
    /^passed 3 left after .*; 3 pods answered\n.*\nthen: +(\d+) requests = \1 answered by 3 pods \+ 0 lost/,
  )
  assert.is(stage.replicas, 3)
})

test('requests that are lost when all is done are noticed, of twenty and of three', async () => {
  const twenty = scaling(plan)
  const atTwenty = new ScalingStage({ losesAt: 20 })
  assert.match(await outcome(atTwenty, twenty.grows), /^missed scale-calm-lost: [1-4] of \d+ requests lost/)
  const three = scaling(plan)
  assert.match(await outcome(new ScalingStage({ losesAt: 3 }), three.shrinks), /^missed scale-calm-lost/)
})

test('pods that never get a request are noticed', async () => {
  assert.match(
    await outcome(new ScalingStage({ asked: 1 }), scaling(plan).grows),
    /^missed scale-few-answered: 1 of 20 pods/,
  )
  assert.match(
    await outcome(new ScalingStage({ asked: 19 }), scaling(plan).grows),
    /^missed scale-few-answered: 19 of 20 pods/,
  )
})

test('nodes that are full are no mistake, and are told; every other want of room is one', async () => {
  const full = await outcome(new ScalingStage({ room: 12 }), scaling(plan).grows)
  assert.match(full, /^passed 12 of 20 ready after/)
  assert.match(full, 'this cluster takes no more than 12 of them')
  for (const why of [
    'Insufficient cpu',
    "node(s) didn't have free ports for the requested pod ports",
    'Too many pods, 1 Insufficient memory',
  ])
    assert.match(
      await outcome(new ScalingStage({ room: 3, why }), scaling(plan).grows),
      /^missed scale-not-ready: scaled to 20: 3 of 20/,
    )
})

test('pods that do not go are noticed', async () => {
  assert.match(
    await outcome(new ScalingStage({ stay: 20 }), scaling(plan).shrinks),
    /^missed scale-not-fewer: scaled to 3: there are 20 pods/,
  )
})

const file = (replicas: string) => {
  const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {${replicas}selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: []}}}\n`
  return { manifests: objectsOf(new SourceFile('a.yaml', text)).objects }
}

test('applied again, a file brings its number back, and only the number that it has', async () => {
  assert.match(
    await outcome(new ScalingStage(), numberComesBack(APP, 3), file('replicas: 3, ')),
    /^passed scaled to 5, applied again: 3/,
  )
  assert.match(
    await outcome(new ScalingStage(), numberComesBack(APP, 3), file('replicas: 4, ')),
    /^missed scale-number-stays: .* 4 pods/,
  )
  assert.match(
    await outcome(new ScalingStage(), numberComesBack(APP, 3), file('')),
    /^missed scale-number-stays: .* 5 pods/,
  )
})

test('a number by command stays where the file says none', async () => {
  assert.match(
    await outcome(new ScalingStage(), numberStays(APP, 4), file('')),
    /^passed scaled to 4, applied again: still 4/,
  )
  assert.match(
    await outcome(new ScalingStage(), numberStays(APP, 4), file('replicas: 2, ')),
    /^missed scale-number-lost: .* to be 2/,
  )
})

test('a file that happens to say the number of the command is found out', async () => {
  const stage = new ScalingStage()
  const { spec } = stage.objects.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/a`) as StagedObject
  Object.assign(spec as object, { replicas: 4 })
  assert.match(
    await outcome(stage, numberStays(APP, 4), file('replicas: 4, ')),
    /^missed scale-number-lost: .*to 3 by command.* to be 4/,
  )
})

test.run()
