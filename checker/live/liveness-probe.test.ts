import * as assert from 'uvu/assert'
import { Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { post } from './disturbance.ts'
import { outcomeOf, type Probe } from './live.ts'
import { probeIsAnswered } from './liveness-probe.ts'
import type { Outcome } from './outcome.ts'
import { killedByProbe, notRestarted } from './restarts.ts'

const test = suite('what a liveness probe asks, and how long a hang may last')
const APP = 'deployment/a'
const hang = post('/hang', { deadly: true })

interface Spec {
  containers: Record<string, unknown>[]
  terminationGracePeriodSeconds?: number
}

/** One pod whose container has this liveness probe. */
function probed(livenessProbe: object | undefined, { grace = 30, more = {} } = {}): Stage {
  const stage = new Stage()
  stage.deployment('a', 1)
  stage.changePod('a-1', (pod) => {
    const spec = pod.spec as Spec
    spec.terminationGracePeriodSeconds = grace
    Object.assign(spec.containers[0] ?? {}, { livenessProbe, ...more })
  })
  return stage
}

async function outcome(stage: Stage, probe: Probe): Promise<Outcome> {
  return await outcomeOf(probe, stage.live())
}

async function codeOf(stage: Stage, probe: Probe): Promise<string> {
  const { verdict, ...more } = await outcome(stage, probe)
  return 'code' in more ? `${verdict} ${more.code}` : verdict
}

const asked = probeIsAnswered(APP, { container: 'server' })
const health = { httpGet: { path: '/health', port: 3000 } }

test('a page that answers passes, by number or by the name of the port', async () => {
  const targets: string[] = []
  const stages = [
    probed(health),
    probed(
      { httpGet: { path: '/health', port: 'http' } },
      { more: { ports: [{ name: 'http', containerPort: 3000 }] } },
    ),
  ]
  for (const stage of stages) {
    stage.onProxy = (target, _method, page) => {
      targets.push(`${target}${page}`)
      return { status: 204 }
    }
    assert.is(await codeOf(stage, asked), 'passed')
  }
  assert.equal(targets, ['pods/a-1:3000/health', 'pods/a-1:3000/health'])
})

test('a server that starts slowly is waited for; one that answers at its own port and not at the asked one is not', async () => {
  const refused = { status: 503, text: JSON.stringify({ kind: 'Status', message: 'dial tcp: connection refused' }) }
  const slow = probed(health)
  const start = slow.clock.now()
  slow.onProxy = () => (slow.clock.now() - start < 12_000 ? refused : { status: 200 })
  assert.is(await codeOf(slow, asked), 'passed')

  const elsewhere = probed({ httpGet: { path: '/health', port: 8080 } }, { more: { ports: [{ containerPort: 3000 }] } })
  const then = elsewhere.clock.now()
  elsewhere.onProxy = (target) => (target.endsWith(':3000') ? { status: 200 } : refused)
  assert.is(await codeOf(elsewhere, asked), 'missed probe-unanswered')
  assert.ok(elsewhere.clock.now() - then < 5_000)
})

test('no probe, another kind of probe, HTTPS, a wrong page and a wrong port have words of their own', async () => {
  assert.is(await codeOf(probed(undefined), asked), 'missed probe-absent')
  const startup = await outcome(probed(undefined, { more: { startupProbe: health } }), asked)
  assert.match(startup.measured, 'its startup probe is another question')
  assert.match((await outcome(probed({ tcpSocket: { port: 3000 } }), asked)).measured, 'a TCP connection')
  assert.match((await outcome(probed({ exec: { command: ['true'] } }), asked)).measured, 'a command')
  const https = probed({ httpGet: { path: '/health', port: 3000, scheme: 'HTTPS' } })
  assert.match((await outcome(https, asked)).measured, 'HTTPS')
  assert.is(await codeOf(probed(health), probeIsAnswered(APP, { container: 'sidecar' })), 'missed container-absent')

  const page = probed(health)
  page.onProxy = () => ({ status: 404 })
  assert.match((await outcome(page, asked)).measured, 'status 404')
  const port = probed(health)
  port.onProxy = () => ({
    status: 503,
    text: JSON.stringify({ kind: 'Status', message: 'dial tcp: connection refused' }),
  })
  assert.is(await codeOf(port, asked), 'missed probe-unanswered')
})

test('a server that was started a moment ago may refuse for a while', async () => {
  const stage = probed(health)
  let up = false
  stage.later(2_000, () => {
    up = true
  })
  stage.onProxy = () =>
    up ? {} : { status: 503, text: JSON.stringify({ kind: 'Status', message: 'dial tcp: connection refused' }) }
  assert.is(await codeOf(stage, asked), 'passed')
})

test('numbers that heal too late at the worst moment are told by their sum, and nothing hangs', async () => {
  const tried = async (probe: object, grace: number) => {
    const stage = probed({ ...health, ...probe }, { grace })
    let hanging = false
    stage.onProxy = () => {
      hanging = true
      stage.later(6_000, () =>
        stage.changePod('a-1', (pod) => {
          for (const each of (pod as never as { status: { containerStatuses: { restartCount: number }[] } }).status
            .containerStatuses)
            each.restartCount += 1
        }),
      )
      return { status: 504, text: JSON.stringify({ kind: 'Status', message: 'context deadline exceeded' }) }
    }
    const { measured, verdict } = await outcome(stage, killedByProbe(APP, { by: hang, within: 20 }))
    return { measured, verdict, hanging }
  }
  const quick = { periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 }
  assert.is((await tried(quick, 5)).verdict, 'passed')
  assert.is((await tried(quick, 13)).verdict, 'passed', 'exactly 20 s')
  const slow = await tried(quick, 14)
  assert.equal({ ...slow, measured: '' }, { verdict: 'missed', hanging: false, measured: '' })
  assert.match(slow.measured, '19 to 21 s')
  assert.is(
    (await tried({ ...quick, terminationGracePeriodSeconds: 2 }, 30)).verdict,
    'passed',
    "the probe's own grace",
  )
  assert.match((await tried({ ...quick, initialDelaySeconds: 60 }, 5)).measured, '10 to 70 s')
  assert.match((await tried({ ...quick, timeoutSeconds: 10 }, 5)).measured, '35 to 37 s')
  assert.match((await tried({}, 5)).measured, '26 to 36 s')
})

test('one looks on for as long as the probe needs to notice', async () => {
  const stage = probed({ ...health, periodSeconds: 4, failureThreshold: 3 })
  stage.later(13_000, () =>
    stage.changePod('a-1', (pod) => {
      const { status } = pod as never as { status: { containerStatuses: { restartCount: number }[] } }
      for (const each of status.containerStatuses) each.restartCount += 1
    }),
  )
  const probe = notRestarted(APP, { by: post('/ready/disable'), patience: 13 })
  assert.is(await codeOf(stage, probe), 'missed live-restarted')
  const slow = probed({ ...health, periodSeconds: 5, failureThreshold: 3 })
  const start = slow.clock.now()
  assert.is(await codeOf(slow, probe), 'untried')
  assert.ok(slow.clock.now() - start < 1_000)
})

test.run()
