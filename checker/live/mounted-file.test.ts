import * as assert from 'uvu/assert'
import { NAMESPACE, Stage, type StagedObject } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import type { ApiAnswer, ApiRequest } from '../cluster/kubernetes-api.ts'
import { outcomeOf } from './live.ts'
import { fileFollows } from './mounted-file.ts'

const test = suite('a file that follows its ConfigMap')
const MAP = `/api/v1/namespaces/${NAMESPACE}/configmaps/a`

/** A pod that prints what its environment and its file say. */
class PrintingStage extends Stage {
  environment = 'old'
  file = 'old'
  readonly follows: number | undefined

  constructor(follows: number | undefined, subPath?: string) {
    super()
    this.follows = follows
    this.put(`/api/v1/namespaces/${NAMESPACE}/configmaps`, 'a', { data: { greeting: 'old' } })
    this.pod('a', 'reader', { owned: false })
    if (subPath)
      this.changePod('reader', (pod) => {
        pod.spec = { containers: [{ name: 'reader', volumeMounts: [{ name: 'v', mountPath: '/x', subPath }] }] }
      })
  }

  override async request(call: ApiRequest): Promise<ApiAnswer> {
    this.log = `environment: ${this.environment}\nfile: ${this.file}\n`
    if (call.method !== 'PATCH') return super.request(call)
    const object = this.objects.get(call.path) as StagedObject
    if (call.path === MAP) {
      object.data = { ...(object.data as object), ...(call.body as { data: object }).data }
      const { greeting } = object.data as { greeting: string }
      if (this.follows !== undefined)
        this.later(this.follows, () => {
          this.file = greeting
        })
    }
    return { status: 200, text: JSON.stringify(object), warnings: [] }
  }
}

async function outcome(stage: Stage): Promise<string> {
  const plan = { configMap: 'a', key: 'greeting', to: 'new', file: 'file', environment: 'environment' }
  const result = await outcomeOf(fileFollows('pod/reader', plan), stage.live())
  return 'code' in result
    ? `${result.verdict} ${result.code}: ${result.measured}`
    : `${result.verdict}: ${result.measured}`
}

test('a file that follows is measured, soon or after a minute; the ConfigMap is as before in the end', async () => {
  const stage = new PrintingStage(1_000)
  assert.match(await outcome(stage), /^passed: the file: "new" after 1\.\d s; the environment: still "old"$/)
  assert.equal((stage.objects.get(MAP) as StagedObject).data, { greeting: 'old' })
  assert.match(await outcome(new PrintingStage(90_000)), /^passed: the file: "new" after 90 s/)
})

test('a file that stays is noticed, soon where it is a copy', async () => {
  assert.match(await outcome(new PrintingStage(undefined, 'greeting')), /^missed file-not-followed: .* 10 s after/)
  assert.match(await outcome(new PrintingStage(undefined)), /^missed file-not-followed: .* 2 min 30 s after/)
})

test('a pod that prints no file, or another environment, is told', async () => {
  const blind = new PrintingStage(0)
  blind.file = ''
  assert.match(await outcome(blind), /^missed file-not-there/)
  const own = new PrintingStage(0)
  own.environment = 'mine'
  assert.match(await outcome(own), /^missed environment-absent/)
})

test.run()
