import * as assert from 'uvu/assert'
import { NAMESPACE, Stage, type StagedObject } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import type { ApiAnswer, ApiRequest } from '../cluster/kubernetes-api.ts'
import { configChange, hasSettings } from './config-change.ts'
import { noValuesIn } from './environment-sources.ts'
import { outcomeOf, type Probe } from './live.ts'

const test = suite('settings that come from a ConfigMap')
const APP = 'deployment/a'
const MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/a`

interface Course {
  /** Whether servers read the ConfigMap again while they run. */
  readonly reads?: boolean
  /** What the environment of a new pod gets, of a ConfigMap's data. */
  readonly gets?: (data: Readonly<Record<string, string>>) => Readonly<Record<string, string>>
  readonly frozen?: boolean
  readonly data?: Readonly<Record<string, string>>
  /** What the pods say at first: older than the ConfigMap. */
  readonly stale?: Readonly<Record<string, string>>
  readonly env?: readonly object[]
}

/** Three pods that were started with a ConfigMap's data, and are replaced when the template changes. */
class ConfiguredStage extends Stage {
  readonly #course: Course
  readonly started = new Map<string, Readonly<Record<string, string>>>()
  generation = 0

  constructor(course: Course) {
    super()
    this.#course = course
    const data = course.data ?? { GREETING: 'Hello', PORT: '3000' }
    this.put(MAPS, 'a', { data })
    this.deployment('a', 3)
    const deployment = this.objects.get(DEPLOYMENT) as StagedObject
    const containers = [{ name: 'server', envFrom: [{ configMapRef: { name: 'a' } }], env: course.env ?? [] }]
    deployment.spec = { ...(deployment.spec as object), template: { spec: { containers } } }
    for (const name of ['a-1', 'a-2', 'a-3']) this.started.set(name, course.stale ?? this.given())
    this.onProxy = (target) => {
      const [, pod = ''] = /^pods\/([\w-]+)/.exec(target) ?? []
      const settings = course.reads ? this.data : this.started.get(pod)
      return { status: 200, text: JSON.stringify(settings) }
    }
  }

  get data(): Readonly<Record<string, string>> {
    return (this.objects.get(`${MAPS}/a`) as StagedObject).data as Record<string, string>
  }

  given(): Readonly<Record<string, string>> {
    return this.#course.gets?.(this.data) ?? this.data
  }

  override async request(call: ApiRequest): Promise<ApiAnswer> {
    if (call.method !== 'PATCH') return super.request(call)
    const object = this.objects.get(call.path) as StagedObject
    if (call.path !== DEPLOYMENT) {
      if (this.#course.frozen)
        return { status: 422, text: JSON.stringify({ kind: 'Status', message: 'immutable' }), warnings: [] }
      const changed = { ...this.data, ...(call.body as { data: Record<string, string | null> }).data }
      object.data = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null))
    } else this.restart()
    return { status: 200, text: JSON.stringify(object), warnings: [] }
  }

  restart(): void {
    const old = [...this.started.keys()]
    this.generation += 1
    for (const [index, name] of old.entries()) {
      const fresh = `a-${this.generation}${index + 1}`
      this.later(200 * (index + 1), () => {
        this.objects.delete(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`)
        this.started.delete(name)
        this.started.set(fresh, this.given())
        this.pod('a', fresh)
      })
    }
  }
}

const settings = {
  deployment: APP,
  configMap: 'a',
  page: '/config',
  wanted: { GREETING: undefined, PORT: '3000' },
} as const
const change = () =>
  configChange({
    ...settings,
    changed: { key: 'GREETING', to: ['New', 'Newer'] },
    added: { key: 'VERSION', value: 'x' },
  })

async function outcome(stage: Stage, probe: Probe): Promise<string> {
  const result = await outcomeOf(probe, stage.live())
  return 'code' in result
    ? `${result.verdict} ${result.code}: ${result.measured}`
    : `${result.verdict}: ${result.measured}`
}

test('the old value before the restart and the new one after it pass; ConfigMap and pods are as before in the end', async () => {
  const stage = new ConfiguredStage({})
  assert.is(await outcome(stage, change().newAfterRestart), 'passed: "Hello" before the restart, "New" after it')
  assert.equal(stage.data, { GREETING: 'Hello', PORT: '3000' })
  assert.is(stage.generation, 2)
})

test('a value that is the new one already is changed to another', async () => {
  const stage = new ConfiguredStage({ data: { GREETING: 'New', PORT: '3000' } })
  assert.is(await outcome(stage, change().newAfterRestart), 'passed: "New" before the restart, "Newer" after it')
})

test('a value that does not come through is noticed, and so is one that comes too early', async () => {
  const own = (data: Readonly<Record<string, string>>) => ({ ...data, GREETING: 'Hello' })
  assert.match(
    await outcome(new ConfiguredStage({ gets: own }), change().newAfterRestart),
    /^missed config-not-followed/,
  )
  assert.match(await outcome(new ConfiguredStage({ reads: true }), change().newAfterRestart), /^missed config-early/)
})

test('a server without the page of its settings is told, with what it answers', async () => {
  const stage = new ConfiguredStage({})
  stage.onProxy = () => ({ status: 404, text: 'not found' })
  assert.match(await outcome(stage, hasSettings(settings)), /^missed config-no-page: .*\/config.*404/)
})

test('a setting that is new reaches the server, or does not', async () => {
  assert.is(await outcome(new ConfiguredStage({}), change().takesNew), 'passed: VERSION "x" from 3 of 3 pods')
  const two = ({ GREETING = '', PORT = '' }: Readonly<Record<string, string>>) => ({ GREETING, PORT })
  assert.match(
    await outcome(new ConfiguredStage({ gets: two }), change().takesNew),
    /^missed config-not-added: VERSION/,
  )
})

test('a ConfigMap that cannot be changed is told, and nothing is restarted', async () => {
  const stage = new ConfiguredStage({ frozen: true })
  assert.is(
    await outcome(stage, change().newAfterRestart),
    'missed config-frozen: configmap/a cannot be changed: immutable',
  )
  assert.is(stage.generation, 0)
})

test('pods that are older than the ConfigMap are restarted before they are judged', async () => {
  const stage = new ConfiguredStage({ stale: { GREETING: 'Long ago', PORT: '3000' } })
  assert.match(await outcome(stage, hasSettings(settings)), /^passed: GREETING "Hello" from 3 of 3 pods/)
  const deaf = new ConfiguredStage({ stale: {}, gets: () => ({ GREETING: 'Mine', PORT: '3000' }) })
  assert.match(
    await outcome(deaf, hasSettings(settings)),
    /^missed config-not-shown: a-1. says GREETING "Mine"; .* "Hello"/,
  )
})

test('a key that is missing, empty or another is told before any pod is asked', async () => {
  const found = (data: Readonly<Record<string, string>>) =>
    outcome(new ConfiguredStage({ data }), hasSettings(settings))
  assert.is(await found({ PORT: '3000' }), 'missed config-no-key: configmap/a has no key GREETING; it has PORT')
  assert.match(await found({ GREETING: ' ', PORT: '3000' }), 'missed config-other-value')
  assert.match(await found({ GREETING: 'a', PORT: '80' }), 'has PORT "80"; asked for is "3000"')
})

test('a value in the Deployment is told by its name; a reference is none', async () => {
  const from = { name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'a', key: 'GREETING' } } }
  assert.match(await outcome(new ConfiguredStage({ env: [from] }), noValuesIn(APP)), 'passed')
  const found = await outcome(new ConfiguredStage({ env: [from, { name: 'PORT', value: '3000' }] }), noValuesIn(APP))
  assert.is(found, 'missed config-in-deployment: deployment/a has a value of its own for PORT')
})

test.run()
