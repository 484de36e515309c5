import * as assert from 'uvu/assert'
import { sleep } from '../../cluster/apimachinery/clock.ts'
import { NAMESPACE, Stage, type StagedObject } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import type { ApiAnswer, ApiRequest } from '../cluster/kubernetes-api.ts'
import { post } from './disturbance.ts'
import { outcomeOf, type Probe } from './live.ts'
import { rollingUpdate } from './rolling-update.ts'
import { unreadyGetsNothing } from './unready.ts'

const test = suite('updates under traffic, and pods that are not ready')
const APP = 'deployment/a'
const DOOR = 'service/a'
const OLD = ['a-1', 'a-2', 'a-3']
const refused = { status: 503, text: JSON.stringify({ kind: 'Status', message: 'dial tcp: connection refused' }) }

/** A stage that notices when a Deployment is given another image. */
class UpdatingStage extends Stage {
  onImage: (image: string) => void = () => {}
  /** How long the list of pods takes. Milliseconds. */
  slowness = 0
  /** How long the refusal of a request that was sent on takes. Milliseconds. */
  silence = 0

  override async request(call: ApiRequest): Promise<ApiAnswer> {
    if (this.slowness > 0 && call.path.endsWith('/pods')) await sleep(this.clock, this.slowness)
    if (call.method === 'PATCH') {
      const { spec } = call.body as { spec: { template: { spec: { containers: { image: string }[] } } } }
      const deployment = this.objects.get(call.path) as StagedObject
      deployment.spec = { ...(deployment.spec as object), template: spec.template }
      this.onImage(spec.template.spec.containers[0]?.image ?? '')
      return { status: 200, text: JSON.stringify(deployment), warnings: [] }
    }
    const answer = await super.request(call)
    if (call.proxied && answer.status >= 400) await sleep(this.clock, this.silence)
    return answer
  }
}

interface Course {
  /** How long each old pod answers after it was asked to end. Milliseconds. */
  readonly answers?: number
  /** Old pods that go before a new one is ready. */
  readonly early?: number
  /** Whether requests to the Service fail between. */
  readonly loses?: boolean
  /** How long it takes until a pod that answers no more refuses. Milliseconds. */
  readonly silence?: number
  /** When the cluster says that an old pod's containers ended, counted from the word to end. Milliseconds. */
  readonly ended?: number
  /** When the cluster does not know it any more. Milliseconds. */
  readonly gone?: number
  readonly image?: string
}

function terminate(pod: StagedObject): void {
  pod.status = { containerStatuses: [{ name: 'server', state: { terminated: { exitCode: 0 } } }] }
}

/** A Deployment whose update takes the course that is asked for. */
function updating(course: Course): UpdatingStage {
  const { answers = 5_000, early = 0, loses = false, silence = 0, image = 'starter-app:1.0' } = course
  const stage = new UpdatingStage()
  stage.silence = silence
  stage.deployment('a', 3)
  stage.service('a', 'ClusterIP', OLD)
  const object = stage.objects.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/a`) as StagedObject
  object.spec = { ...(object.spec as object), template: { spec: { containers: [{ name: 'server', image }] } } }
  const status = object.status as Record<string, number>
  const silentFrom = new Map<string, number>()
  let closed = false
  stage.onProxy = (target) => {
    const [, pod = ''] = /^pods\/([\w-]+)/.exec(target) ?? []
    if (pod) return stage.clock.now() >= (silentFrom.get(pod) ?? Infinity) ? refused : { status: 200 }
    return closed ? refused : { status: 200 }
  }
  const end = (pod: string) => {
    stage.changePod(pod, ({ metadata }) => {
      metadata.deletionTimestamp = '2026-01-01T00:00:00Z'
    })
    silentFrom.set(pod, stage.clock.now() + answers)
    const { ended, gone } = course
    if (ended !== undefined) stage.later(ended, () => stage.changePod(pod, terminate))
    if (gone !== undefined) stage.later(gone, () => stage.removePod(pod))
  }
  stage.onImage = (to) => {
    if (to === image) return
    status.updatedReplicas = 0
    for (const [index, pod] of OLD.entries()) {
      const at = 1_000 * (index + 1)
      stage.later(at, () => stage.pod('a', `b-${index + 1}`))
      stage.later(index < early ? 300 : at + 200, () => end(pod))
    }
    if (loses) {
      stage.later(900, () => {
        closed = true
      })
      stage.later(1_200, () => {
        closed = false
      })
    }
    stage.later(3_500, () => {
      status.updatedReplicas = 3
    })
  }
  return stage
}

const update = () =>
  rollingUpdate({ deployment: APP, service: DOOR, perSecond: 20, images: ['starter-app:1.0', 'starter-app:1.1'] })

async function outcome(stage: Stage, probe: Probe): Promise<string> {
  const result = await outcomeOf(probe, stage.live())
  return 'code' in result
    ? `${result.verdict} ${result.code}: ${result.measured}`
    : `${result.verdict}: ${result.measured}`
}

test('no request lost passes; three lost are counted', async () => {
  assert.match(await outcome(updating({}), update().losesNone), /^passed: 0 of \d\d+ requests lost$/)
  assert.match(await outcome(updating({ loses: true }), update().losesNone), /^missed live-lost: [5-7] of \d+ requests/)
})

test('requests that are lost while the API server itself is slow say nothing; one that is quick is no excuse', async () => {
  const late = (ms: number) => {
    const stage = updating({ loses: true })
    stage.slowness = ms
    return stage
  }
  assert.match(await outcome(late(2_000), update().losesNone), /^unsettled live-too-busy: .* requests .* took 2\.0 s/)
  assert.match(await outcome(late(1_000), update().losesNone), /^missed live-lost/)
  const fine = updating({})
  fine.slowness = 2_000
  assert.match(await outcome(fine, update().losesNone), /^passed/)
})

test('the fewest ready pods of any moment are told, not those of the end', async () => {
  assert.match(await outcome(updating({}), update().keepsReady(3)), 'never fewer than 3')
  assert.match(
    await outcome(updating({ early: 1 }), update().keepsReady(3)),
    /^missed update-few-ready: .* only 2 pods/,
  )
  assert.match(await outcome(updating({ early: 3 }), update().keepsReady(3)), 'only 0 pods')
  assert.match(await outcome(updating({ early: 1 }), update().keepsReady(2)), 'passed')
})

test('a pod that is not ready before the update is waited for, and not counted as missing', async () => {
  const stage = updating({})
  const status = stage.objects.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/a`)?.status as {
    availableReplicas: number
  }
  const ready = (is: boolean) => {
    status.availableReplicas = is ? 3 : 2
    stage.changePod('a-1', (pod) => {
      pod.status = { ...(pod.status as object), conditions: [{ type: 'Ready', status: is ? 'True' : 'False' }] }
    })
  }
  ready(false)
  stage.later(2_000, () => ready(true))
  assert.match(await outcome(stage, update().keepsReady(3)), 'never fewer than 3')
})

test('one pod more than allowed is noticed', async () => {
  assert.match(await outcome(updating({}), update().makesAtMost(4)), 'passed: never more than 4')
  assert.match(await outcome(updating({}), update().makesAtMost(3)), /^missed update-many-pods: .* 4 pods/)
})

test('a pod of somebody else with the same labels is not counted', async () => {
  const stage = updating({ early: 1 })
  stage.pod('a', 'stray', { owned: false })
  assert.match(await outcome(stage, update().makesAtMost(4)), 'passed: never more than')
  const again = updating({ early: 1 })
  again.pod('a', 'stray', { owned: false })
  assert.match(await outcome(again, update().keepsReady(3)), /^missed update-few-ready: .* 2 pods/)
})

test('how long a pod answers after it was asked to end: long enough, too short, not at all', async () => {
  assert.match(await outcome(updating({}), update().keepsAnswering), 'passed: each for at least 3.0 s')
  assert.match(await outcome(updating({ answers: 3_000 }), update().keepsAnswering), 'passed')
  assert.match(await outcome(updating({ answers: 2_000 }), update().keepsAnswering), /^missed update-short-farewell/)
  assert.match(await outcome(updating({ answers: 0 }), update().keepsAnswering), /answered for 0\.[0-4] s/)
})

test('a pod that is refused only after seconds of silence answered no longer than its containers ran', async () => {
  const silent = { answers: 200, silence: 3_000 }
  assert.match(await outcome(updating({ ...silent, gone: 900 }), update().keepsAnswering), /answered for (0\.9|1\.0) s/)
  assert.match(await outcome(updating({ ...silent, ended: 600 }), update().keepsAnswering), /answered for 0\.[67] s/)
  // while they run, silence may be a busy machine's
  assert.match(await outcome(updating(silent), update().keepsAnswering), 'passed')
  assert.match(await outcome(updating({ answers: 3_100, gone: 3_100 }), update().keepsAnswering), 'passed')
})

test('a Deployment that has the newer version already is updated to the older one, and gets its own back', async () => {
  const stage = updating({ image: 'starter-app:1.1' })
  const images: string[] = []
  const onImage = stage.onImage
  stage.onImage = (image) => {
    images.push(image)
    onImage(image)
  }
  assert.match(await outcome(stage, update().losesNone), 'passed')
  assert.equal(images, ['starter-app:1.0', 'starter-app:1.1'])
})

test('another image is told, and nothing is changed', async () => {
  const stage = updating({ image: 'nginx:1' })
  stage.onImage = () => assert.unreachable()
  assert.match(await outcome(stage, update().losesNone), /^missed live-image/)
})

const disable = post('/ready/disable')
const unready = () => unreadyGetsNothing(APP, { service: DOOR, by: disable, undo: post('/ready/enable'), within: 10 })

interface Manners {
  /** Milliseconds from the word to its effect on the list; undefined: never. */
  readonly off?: number
  readonly on?: number
  /** For how long the pod gets requests all the same: milliseconds after it left the list. */
  readonly asked?: number
  readonly restarted?: boolean
  /** Numbers of the readiness probe. */
  readonly probe?: object
}

function shy({ off, on = 200, asked = 0, restarted = false, probe = { periodSeconds: 1 } }: Manners): Stage {
  const stage = new Stage()
  stage.deployment('a', 3)
  stage.service('a', 'ClusterIP', OLD)
  for (const pod of OLD)
    stage.changePod(pod, ({ spec }) => {
      const [container] = (spec as { containers: Record<string, unknown>[] }).containers
      if (container && off !== undefined)
        container.readinessProbe = { httpGet: { path: '/ready', port: 3000 }, ...probe }
      if (container) container.livenessProbe = { httpGet: { path: '/x', port: 3000 }, periodSeconds: 2 }
    })
  const list = (ready: (pod: string) => boolean) => {
    const slice = stage.objects.get(`/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices/a-slice`)
    const endpoints = (slice?.endpoints ?? []) as { targetRef: { name: string }; conditions: { ready: boolean } }[]
    for (const each of endpoints) each.conditions.ready = ready(each.targetRef.name)
  }
  let shyOne = ''
  let isAsked = false
  stage.onProxy = (target, method, path) => {
    const [, pod = ''] = /^pods\/([\w-]+)/.exec(target) ?? []
    if (method === 'POST' && path === '/ready/disable') {
      shyOne = pod
      if (off !== undefined) stage.later(off, () => list((name) => name !== pod))
      isAsked = true
      stage.later((off ?? 0) + asked, () => {
        isAsked = false
      })
      if (restarted)
        stage.later(6_000, () =>
          stage.put(`/api/v1/namespaces/${NAMESPACE}/events`, 'killing', {
            reason: 'Killing',
            message: 'Container server failed liveness probe, will be restarted',
            involvedObject: { name: pod },
          }),
        )
    }
    if (method === 'POST' && path === '/ready/enable') stage.later(on, () => list(() => true))
    return { status: 200, text: isAsked ? `Hello from ${shyOne}` : 'Hello from another' }
  }
  return stage
}

test('a pod that is not ready: off the list and left alone passes', async () => {
  assert.match(
    await outcome(shy({ off: 2_000 }), unready()),
    /^passed: off the list after 2\.\d s, then 0 of 3\d requests/,
  )
})

test('a node that learns a second late that a pod is not ready is no fault of the answer', async () => {
  assert.match(await outcome(shy({ off: 2_000, asked: 1_000 }), unready()), /^passed: .*, then 0 of 3\d requests/)
})

test('a pod that stays on the list, gets requests, is restarted or never comes back does not pass', async () => {
  assert.match(await outcome(shy({}), unready()), 'missed unready-still-asked')
  assert.match(await outcome(shy({ off: 25_000 }), unready()), 'missed unready-still-asked')
  assert.match(await outcome(shy({ off: 1_000, asked: 20_000 }), unready()), /missed unready-asked: 3\d of 3\d/)
  assert.match(await outcome(shy({ off: 1_000, restarted: true }), unready()), 'missed live-restarted')
  assert.match(await outcome(shy({ off: 1_000, on: 30_000 }), unready()), 'missed unready-not-back')
})

test('readiness numbers that hold at a lucky moment only do not pass, however quick it went', async () => {
  const probed = (periodSeconds: number, failureThreshold: number, successThreshold = 1) =>
    outcome(shy({ off: 1_000, probe: { periodSeconds, failureThreshold, successThreshold } }), unready())
  assert.match(await probed(4, 3), 'missed unready-late: by its numbers')
  assert.match(await probed(4, 3), '12 s (3 × 4 s)')
  assert.match(await probed(5, 1, 3), 'missed unready-back-late')
  assert.match(await probed(5, 2, 2), /^passed/)
})

test.run()
