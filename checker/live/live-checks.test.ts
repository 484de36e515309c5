import * as assert from 'uvu/assert'
import { Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { answer, whoseJob } from './answers.ts'
import { declares } from './declares.ts'
import { crash, hang, killOnePodOf, post } from './disturbance.ts'
import { type Live, outcomeOf, type Probe } from './live.ts'
import { ownerChain } from './owner-chain.ts'
import { podEvidence } from './pod-evidence.ts'
import { podsOf } from './pods-of.ts'
import { reachable } from './reachable.ts'
import { replacedAfterKill } from './replaced-after-kill.ts'
import { killedByProbe, notRestarted, restartsInPlace } from './restarts.ts'
import { rollout } from './rollout.ts'
import { runsImage } from './runs-image.ts'
import { spread } from './spread.ts'
import { survives } from './survives.ts'
import { to } from './traffic.ts'

const test = suite('live checks notice what they exist for')
const APP = 'deployment/a'

async function codeOf(stage: Stage, probe: Probe, more: Partial<Live> = {}): Promise<string> {
  const outcome = await outcomeOf(probe, stage.live(more))
  return 'code' in outcome ? `${outcome.verdict} ${outcome.code}` : outcome.verdict
}

function staged(replicas = 3, status = {}): Stage {
  const stage = new Stage()
  stage.deployment('a', replicas, status)
  return stage
}

const waits = (reason: string, image = 'starter-app:1.0') => ({
  status: {
    phase: 'Pending',
    conditions: [],
    containerStatuses: [
      { name: 'server', image, ready: false, restartCount: 0, state: { waiting: { reason, message: 'why' } } },
    ],
  },
})

test('rollout: complete passes, with the number asked for', async () => {
  assert.is(await codeOf(staged(), rollout(APP, { replicas: 3 })), 'passed')
  assert.is(await codeOf(staged(2), rollout(APP, { replicas: 3 })), 'missed live-replicas')
})

test('rollout: no Deployment is told from one that is not ready', async () => {
  assert.is(await codeOf(new Stage(), rollout(APP)), 'missed live-absent')
})

test('rollout: an image that nobody has is missed early, with the reason', async () => {
  const stage = staged(1, { readyReplicas: 0, availableReplicas: 0 })
  stage.pod('a', 'a-1', waits('ImagePullBackOff', 'starter-ap:1.0'))
  const start = stage.clock.now()
  const outcome = await outcomeOf(rollout(APP), stage.live({ images: ['other:1.0'] }))
  assert.is(outcome.verdict, 'missed')
  assert.match(('evidence' in outcome && outcome.evidence?.join('\n')) || '', /ImagePullBackOff: why/)
  assert.ok(stage.clock.now() - start < 5_000, 'not waited to the end')
})

test("rollout: an image of the lesson's own that is missing is the cluster's fault", async () => {
  const stage = staged(1, { readyReplicas: 0, availableReplicas: 0 })
  stage.pod('a', 'a-1', waits('ErrImagePull'))
  try {
    await outcomeOf(rollout(APP), stage.live())
    assert.unreachable()
  } catch (error) {
    assert.instance(error, ClusterFault)
    assert.is((error as ClusterFault).code, 'image-not-loaded')
  }
})

test('rollout: what is still being created at the end is not settled', async () => {
  const stage = staged(1, { readyReplicas: 0, availableReplicas: 0 })
  stage.pod('a', 'a-1', waits('ContainerCreating'))
  assert.is(await codeOf(stage, rollout(APP, { within: 5 })), 'unsettled live-not-settled')
})

test('rollout: a pod that is ready for a blink and crashes does not pass', async () => {
  const stage = staged(1, { readyReplicas: 0, availableReplicas: 0 })
  const turn = (ready: number) => stage.deployment('a', 1, { readyReplicas: ready, availableReplicas: ready })
  stage.later(200, () => turn(1))
  stage.later(500, () => {
    turn(0)
    stage.pod('a', 'a-1', waits('CrashLoopBackOff'))
  })
  assert.is(await codeOf(stage, rollout(APP)), 'missed live-not-ready')
})

test('rollout: what it was given up for is told, though the container is between two crashes by then', async () => {
  const stage = staged(1, { readyReplicas: 0, availableReplicas: 0 })
  stage.pod('a', 'a-1', waits('CrashLoopBackOff'))
  const answer = stage.request.bind(stage)
  const start = stage.clock.now()
  let looks = 0
  stage.request = async (request) => {
    // the first look after 2.5 s gives up; the next is for the words
    if (stage.clock.now() - start >= 2_500 && request.path.endsWith('/pods') && ++looks === 2)
      stage.pod('a', 'a-1', waits('ContainerCreating'))
    return await answer(request)
  }
  const outcome = await outcomeOf(rollout(APP), stage.live())
  assert.is(outcome.verdict, 'missed')
  assert.match(('evidence' in outcome && outcome.evidence?.join('\n')) || '', /CrashLoopBackOff/)
  assert.ok(looks >= 2)
})

test('rollout: what is wrong with the pods of an earlier template is no fault of the file of now', async () => {
  const stage = staged(1, { replicas: 2, readyReplicas: 0, availableReplicas: 0 })
  stage.olderSet('a', 'a-older')
  stage.pod('a', 'a-0', { ...waits('CreateContainerConfigError'), set: 'a-older' })
  stage.pod('a', 'a-1', waits('ContainerCreating'))
  stage.later(30_000, () => stage.deployment('a', 1))
  assert.is(await codeOf(stage, rollout(APP)), 'passed')
  const both = staged(1, { replicas: 2, readyReplicas: 0, availableReplicas: 0 })
  both.olderSet('a', 'a-older')
  both.pod('a', 'a-0', { ...waits('CreateContainerConfigError'), set: 'a-older' })
  both.pod('a', 'a-1', waits('ImagePullBackOff', 'other:1.0'))
  const outcome = await outcomeOf(rollout(APP), both.live())
  assert.match('evidence' in outcome ? (outcome.evidence ?? []).join() : '', /^a-1: .* ImagePullBackOff: why$/)
})

test('why a pod is on no node is told once', async () => {
  const stage = staged(1, { readyReplicas: 0, availableReplicas: 0 })
  const why = '0/3 nodes are available'
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: why }]
  stage.pod('a', 'a-1', { status: { phase: 'Pending', conditions, containerStatuses: [] } })
  stage.warning('a-1', 'FailedScheduling', why)
  const live = stage.live()
  assert.equal(await podEvidence(live, await podsOf(live, APP)), [`a-1 is on no node: ${why}`])
})

test('ownerChain: a chain passes, a pod that stands alone does not', async () => {
  const stage = staged()
  assert.is(await codeOf(stage, ownerChain(APP)), 'passed')
  stage.pod('a', 'lonely', { owned: false })
  assert.is(await codeOf(stage, ownerChain(APP)), 'missed live-owner')
})

test('replacedAfterKill: a new pod passes; none, or too few, does not', async () => {
  const stage = staged()
  stage.onDelete = () => stage.later(300, () => stage.pod('a', 'a-new'))
  assert.is(await codeOf(stage, replacedAfterKill(APP)), 'passed')
  assert.is(await codeOf(staged(), replacedAfterKill(APP, { within: 2 })), 'missed live-not-replaced')
})

test('replacedAfterKill: nobody to delete, or one that does not go, or was gone already, is said', async () => {
  assert.is(await codeOf(staged(0), replacedAfterKill(APP)), 'missed live-no-pods')
  const immortal = staged(1)
  const pod = [...immortal.objects].find(([path]) => path.endsWith('/pods/a-1'))
  immortal.onDelete = () => pod && immortal.objects.set(...pod)
  assert.is(await codeOf(immortal, replacedAfterKill(APP, { within: 2 })), 'missed live-same-pod')
  const raced = staged(1)
  const { request } = raced
  raced.request = async (call) => {
    if (call.method === 'DELETE') await request.call(raced, call)
    return await request.call(raced, call)
  }
  assert.is(await codeOf(raced, replacedAfterKill(APP)), 'missed live-still-there')
})

const named = (...pods: string[]) => {
  let asked = 0
  return () => ({ status: 200, text: `hello from ${pods[asked++ % pods.length]}` })
}

test('spread: three pods answer passes, one that answers for all does not', async () => {
  const stage = staged()
  stage.service('a', 'ClusterIP', ['a-1', 'a-2', 'a-3'])
  stage.onProxy = named('a-1', 'a-2', 'a-3')
  assert.is(await codeOf(stage, spread('service/a', { pods: 3 })), 'passed')
  stage.onProxy = named('a-1')
  assert.is(await codeOf(stage, spread('service/a', { pods: 3 })), 'missed live-few-pods')
})

test('spread: requests that are lost do not pass', async () => {
  const stage = staged()
  stage.service('a', 'ClusterIP', ['a-1', 'a-2', 'a-3'])
  let asked = 0
  const answer200 = named('a-1', 'a-2', 'a-3')
  stage.onProxy = () => (++asked % 10 === 0 ? refused : answer200())
  assert.is(await codeOf(stage, spread('service/a', { pods: 3 })), 'missed live-unanswered')
})

const refused = { status: 503, text: JSON.stringify({ kind: 'Status', message: 'dial tcp: connection refused' }) }

test('reachable: nobody behind the door, the wrong page, or no way from outside does not pass', async () => {
  const stage = staged()
  stage.service('a')
  assert.is(await codeOf(stage, reachable('service/a')), 'passed')
  assert.is(await codeOf(stage, reachable('service/a', { from: 'outside' })), 'missed live-no-door')
  stage.onProxy = () => ({ status: 404 })
  assert.is(await codeOf(stage, reachable('service/a', { status: 200 })), 'missed live-wrong-answer')
  stage.onProxy = () => refused
  assert.is(await codeOf(stage, reachable('service/a')), 'missed live-unanswered')
  assert.is(await codeOf(stage, reachable('service/b')), 'missed live-absent')
})

test('evidence: what a kubelet says for want of a log is no log', async () => {
  const stage = staged(1)
  const terminated = { exitCode: 0, reason: 'Completed' }
  stage.changePod('a-1', (pod) => {
    Object.assign(pod.status as object, {
      conditions: [],
      containerStatuses: [{ name: 'server', ready: false, restartCount: 1, state: { terminated } }],
    })
  })
  const told = async (log: string) => {
    stage.log = log
    const live = stage.live()
    return (await podEvidence(live, await podsOf(live, APP))).filter((line) => line.includes('log:'))
  }
  assert.equal(await told('unable to retrieve container logs for containerd://d6fecc3f'), [])
  assert.equal(await told('listening on 3000'), ['  log: listening on 3000'])
})

test('reachable: what cannot come right is not waited for, what may still come is', async () => {
  const timed = async (stage: Stage) => {
    stage.onProxy = () => refused
    const start = stage.clock.now()
    assert.is(await codeOf(stage, reachable('service/a', { within: 15 })), 'missed live-unanswered')
    return stage.clock.now() - start
  }
  const nobody = staged()
  nobody.service('a', 'ClusterIP', [], { selector: { app: 'b' } })
  assert.ok((await timed(nobody)) < 4_000, 'nobody carries the labels')

  const coming = staged(3, { readyReplicas: 1 })
  coming.service('a', 'ClusterIP', [], { selector: { app: 'b' } })
  assert.ok((await timed(coming)) >= 15_000, 'a rollout is going on')

  const deaf = staged()
  deaf.service('a', 'ClusterIP', ['a-1', 'a-2', 'a-3'])
  deaf.log = 'listening on 3000'
  assert.ok((await timed(deaf)) < 6_000, 'all listen, elsewhere')

  const starting = staged()
  starting.service('a', 'ClusterIP', ['a-1', 'a-2', 'a-3'])
  assert.ok((await timed(starting)) >= 15_000, 'ready, and has not said that it listens')
})

test('reachable: an answer that comes late is an answer', async () => {
  const stage = staged()
  stage.service('a', 'ClusterIP', [])
  let up = false
  stage.onProxy = () => (up ? { status: 200 } : refused)
  stage.later(3_500, () => {
    up = true
  })
  assert.is(await codeOf(stage, reachable('service/a')), 'passed')
})

test('declares: what is told is what stands there, without the brackets of a list of one, and not for pages', async () => {
  const stage = staged(1)
  const told = async (field: string) =>
    (
      await outcomeOf(
        declares('pod/a-1', field, 'x', () => true),
        stage.live(),
      )
    ).measured
  assert.is(await told('spec.containers[*].ports'), 'ports: {"containerPort":3000}')
  assert.is(await told('spec.containers[*].name'), 'name: ["server"]')
  assert.is(await told('spec.containers[*].resources'), 'resources: not set')
  assert.is(await told('spec.nodeName'), 'nodeName: not set')
  stage.changePod('a-1', ({ spec }) => Object.assign(spec as object, { containers: [{ image: 'a'.repeat(200) }] }))
  const long = await told('spec.containers')
  assert.ok(long.endsWith('…') && long.length < 140, long)
})

test('declares: one field, and a field of each item of a list', async () => {
  const stage = staged()
  const found = async (field: string, wanted: unknown) =>
    await codeOf(
      stage,
      declares('pod/a-1', field, 'x', (value) => JSON.stringify(value) === JSON.stringify(wanted)),
    )
  assert.is(await found('spec.containers[0].name', 'server'), 'passed')
  assert.is(await found('spec.containers[*].name', ['server']), 'passed')
  assert.is(await found('spec.containers[*].ports[*].containerPort', [3000]), 'passed')
  assert.is(await found('spec.containers[*].env[*].name', []), 'passed')
  assert.is(await found('spec.initContainers[*].name', undefined), 'passed')
  assert.is(await found('spec.containers[*].name', ['other']), 'missed live-field')
})

test('runsImage: the same image under its whole name passes, another version does not', async () => {
  assert.is(await codeOf(staged(), runsImage(APP, 'starter-app:1.0')), 'passed')
  assert.is(await codeOf(staged(), runsImage(APP, 'docker.io/library/starter-app:1.0')), 'passed')
  assert.is(await codeOf(staged(), runsImage(APP, 'starter-app:1.1')), 'missed live-image')
})

test('survives: a blink is allowed where it is allowed, a silence is not', async () => {
  const probe = (answering: 'every request' | 'again within 1 s') =>
    survives(killOnePodOf(APP), { traffic: to('service/a').perSecond(20), answering })
  const during = (silentMs: number) => {
    const stage = staged()
    stage.service('a')
    let silent = false
    stage.onProxy = () => (silent ? refused : { status: 200 })
    stage.onDelete = () => {
      silent = true
      stage.later(silentMs, () => {
        silent = false
      })
      stage.later(silentMs + 200, () => stage.pod('a', 'a-new'))
    }
    return stage
  }
  assert.is(await codeOf(during(0), probe('again within 1 s')), 'passed')
  assert.is(await codeOf(during(300), probe('again within 1 s')), 'passed')
  assert.is(await codeOf(during(300), probe('every request')), 'missed live-lost')
  assert.is(await codeOf(during(3_000), probe('again within 1 s')), 'missed live-silent')
})

function restarted(stage: Stage, name: string, after: number): void {
  stage.later(after, () => stage.changePod(name, (pod) => raise(pod as never)))
}

function raise(pod: { status: { containerStatuses: { restartCount: number }[] } }): void {
  for (const container of pod.status.containerStatuses) container.restartCount += 1
}

test('restartsInPlace: one restart more passes; another pod, or nothing, does not', async () => {
  const stage = staged(1)
  stage.onProxy = (target) => {
    restarted(stage, target.replace(/^pods\/|:3000$/g, ''), 500)
    return { status: 502 }
  }
  assert.is(await codeOf(stage, restartsInPlace(APP, { by: crash })), 'passed')

  const replaced = staged(1)
  replaced.onProxy = () => {
    replaced.later(300, () => replaced.pod('a', 'a-1'))
    return { status: 502 }
  }
  assert.is(await codeOf(replaced, restartsInPlace(APP, { by: crash })), 'missed live-pod-replaced')
  assert.is(await codeOf(staged(1), restartsInPlace(APP, { by: crash, within: 3 })), 'missed live-not-restarted')
})

test('restartsInPlace: where every pod was restarted before, a fresh one is crashed; where one is fresh, nothing is deleted', async () => {
  const stage = staged(0)
  for (const name of ['a-1', 'a-2']) stage.pod('a', name, { restarts: 2 })
  const asked: string[] = []
  const deleted: string[] = []
  stage.onDelete = (name) => {
    deleted.push(name)
    stage.later(300, () => stage.pod('a', `a-new-${deleted.length}`))
  }
  stage.onProxy = (target) => {
    const name = target.replace(/^pods\/|:3000$/g, '')
    asked.push(name)
    restarted(stage, name, 500)
    return { status: 502 }
  }
  assert.is(await codeOf(stage, restartsInPlace(APP, { by: crash })), 'passed')
  assert.equal([deleted.length, asked], [1, ['a-new-1']])
  stage.pod('a', 'a-3')
  assert.is(await codeOf(stage, restartsInPlace(APP, { by: crash })), 'passed')
  assert.equal([deleted.length, asked], [1, ['a-new-1', 'a-3']])
})

test('killedByProbe: in time passes, late and never do not, each with its own words', async () => {
  const hanging = (after: number | undefined) => {
    const stage = staged(1)
    stage.onProxy = () => {
      if (after !== undefined) restarted(stage, 'a-1', after)
      return { status: 504, text: JSON.stringify({ kind: 'Status', message: 'context deadline exceeded' }) }
    }
    return stage
  }
  const probe = killedByProbe(APP, { by: hang, within: 20 })
  assert.is(await codeOf(hanging(8_000), probe), 'passed')
  assert.is(await codeOf(hanging(25_000), probe), 'missed live-restarted-late')
  assert.is(await codeOf(hanging(undefined), probe), 'missed live-not-restarted')
})

test('notRestarted: a pod that is left alone passes, one that is restarted does not', async () => {
  const probe = notRestarted(APP, { by: post('/ready/disable'), during: 8 })
  assert.is(await codeOf(staged(1), probe), 'passed')
  const stage = staged(1)
  restarted(stage, 'a-1', 4_000)
  assert.is(await codeOf(stage, probe), 'missed live-restarted')
})

test('notRestarted: a deed that was to make the pod unready, and did not, proves nothing', async () => {
  const probe = notRestarted(APP, { by: post('/ready/disable'), during: 8, unready: true })
  assert.is(await codeOf(staged(1), probe), 'missed live-phase')
  const stage = staged(1)
  stage.later(1_000, () =>
    stage.changePod('a-1', (pod) => {
      pod.status = { ...(pod.status as object), conditions: [{ type: 'Ready', status: 'False' }] }
    }),
  )
  assert.is(await codeOf(stage, probe), 'passed')
})

test('a deed that cannot be done ends the check with its reason', async () => {
  const stage = staged(1)
  stage.onProxy = () => ({ status: 404 })
  assert.is(await codeOf(stage, notRestarted(APP, { by: post('/ready/disable') })), 'missed live-trigger-failed')
})

test('answers: right, wrong and missing', async () => {
  const probe = answer('tour.yaml', 'nodes', async () => 3)
  const wrote = (nodes: unknown) => ({ answers: { 'tour.yaml': { nodes } } })
  assert.is(await codeOf(new Stage(), probe, wrote(3)), 'passed')
  assert.is(await codeOf(new Stage(), probe, wrote('3')), 'passed')
  assert.is(await codeOf(new Stage(), probe, wrote(4)), 'missed answer-wrong')
  assert.is(await codeOf(new Stage(), probe, wrote('three')), 'missed answer-not-a-number')
  assert.is(await codeOf(new Stage(), probe, wrote(null)), 'missed answer-missing')
  const misspelled = await outcomeOf(probe, new Stage().live({ answers: { 'tour.yaml': { node: 3, version: 'v1' } } }))
  assert.match(misspelled.measured, 'tour.yaml has "node" instead')
})

test('answer: yes and no are told as such, though YAML makes true and false of them', async () => {
  const probe = answer('tour.yaml', 'stays', async () => ['no', false])
  const measured = async (stays: unknown) =>
    (await outcomeOf(probe, new Stage().live({ answers: { 'tour.yaml': { stays } } }))).measured
  assert.is(await measured(false), 'no')
  assert.match(await measured(true), /yes/)
  assert.not.match(await measured(true), /true/)
  assert.is(await measured('sometimes'), 'stays is not sometimes; yes or no is asked for')
})

test('whoseJob: the part whose stop ends the job passes, another does not, and all is started again', async () => {
  const running = new Set(['scheduler', 'proxy'])
  const abilities = {
    canStopComponent: async (name: string) => {
      running.delete(name)
      return {
        start: async () => {
          running.add(name)
        },
      }
    },
  }
  const probe = whoseJob({
    file: 'tour.yaml',
    key: 'part',
    parts: ['kube-scheduler', 'kube-proxy'],
    job: 'the pod was put on a node',
    done: async () => (running.has('scheduler') ? 20 : undefined),
    otherwise: async () => 'kube-scheduler',
  })
  const wrote = (part: string) => ({ answers: { 'tour.yaml': { part } } })
  assert.is(await codeOf(new Stage(), probe, { ...wrote('kube-scheduler'), abilities }), 'passed')
  assert.is(await codeOf(new Stage(), probe, { ...wrote('kube-proxy'), abilities }), 'missed answer-other-job')
  assert.is(await codeOf(new Stage(), probe, { ...wrote('cron'), abilities }), 'missed answer-not-a-part')
  assert.equal([...running].sort(), ['proxy', 'scheduler'])
  running.delete('scheduler')
  const unseen = await codeOf(new Stage(), probe, { ...wrote('kube-proxy'), abilities })
  assert.is(unseen, 'unsettled live-job-undone', 'a cluster in which nobody does the job says nothing about the answer')
  running.add('scheduler')
  assert.is(
    await codeOf(new Stage(), probe, wrote('kube-scheduler')),
    'passed',
    'by events where nothing can be stopped',
  )
  assert.is(await codeOf(new Stage(), probe, wrote('kube-proxy')), 'missed answer-wrong')
})

test.run()
