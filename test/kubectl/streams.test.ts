/**
 * exec, attach, run -i and port-forward of real kubectl against a practice cluster of its own: over WebSockets, as kubectl 1.31 and
 * later speak, and over SPDY/3.1, as 1.29 does and every kubectl can be told to.
 */
import * as assert from 'uvu/assert'
import { startPracticeCluster, type TestCluster } from '../grading/clusters.ts'
import { suite } from '../harness/suite.ts'
import { until } from '../harness/until.ts'
import { kubectlBinaries } from './binaries.ts'
import { Kubectl } from './kubectl.ts'
import { deployment, namespace, service, shellPod } from './manifests.ts'

const DEADLINE_MS = 120_000
const PROTOCOLS = {
  WebSockets: {},
  SPDY: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' },
}

/** On a connection of its own. */
async function answerOf(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/health`, { headers: { connection: 'close' } })
  return await response.text()
}

const binaries = kubectlBinaries()
if (binaries.length === 0) {
  const test = suite('kubectl streams')
  test.skip('exec and port-forward on the practice cluster: no kubectl is installed, KUBECTL_BINARIES names none')
  test.run()
}
for (const binary of binaries) {
  const test = suite(`${binary} streams`, { deadline: DEADLINE_MS })
  let cluster: TestCluster
  let kubectl: Kubectl

  test.before(async () => {
    cluster = await startPracticeCluster()
    kubectl = new Kubectl(binary, cluster.kubeconfig, 'streams')
    await kubectl.ok('create -f -', { input: namespace('streams') })
    const manifests = [deployment({ replicas: 1 }), service(), shellPod('shell', 'while true; do sleep 1; done')]
    for (const input of manifests) await kubectl.ok('apply -f -', { input })
    await kubectl.ok('rollout status deployment/web --timeout=60s')
    await kubectl.ok('wait --for=condition=Ready pod/shell --timeout=60s')
  })
  test.after(async () => {
    kubectl?.close()
    await cluster?.stop()
  })

  for (const [name, env] of Object.entries(PROTOCOLS)) {
    test(`exec over ${name}: output, input and exit code`, async () => {
      const script = ['exec', 'shell', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']
      const { code, stdout, stderr } = await kubectl.run(script, { env })
      assert.equal([code, stdout], [3, 'out\n'])
      assert.is(stderr, 'err\ncommand terminated with exit code 3\n')
      assert.is(await kubectl.ok('exec -i shell -- sh', { env, input: 'echo from a script' }), 'from a script\n')
      const large = 'x'.repeat(1_000_000)
      assert.is((await kubectl.ok('exec -i shell -- cat', { env, input: large })).length, large.length)
      // Without -i nothing is passed on.
      assert.is(await kubectl.ok('exec shell -- cat', { env, input: 'unheard' }), '')
    })

    test(`exec over ${name}: what is refused`, async () => {
      const missing = await kubectl.refused('exec shell -- nosuch', { env })
      assert.match(
        missing,
        /^error: Internal error occurred: .*exec: "nosuch": executable file not found in \$PATH: unknown\n$/,
      )
      assert.match(
        await kubectl.refused('exec shell -c nope -- ls', { env }),
        'container nope is not valid for pod shell',
      )
      assert.match(await kubectl.refused('exec deploy/web -- node -e 1', { env }), 'starts node on a file of the image')
    })

    test(`port-forward over ${name}: a pod's port, and one that nobody listens on`, async () => {
      const forwarding = /Forwarding from 127\.0\.0\.1:(\d+) -> 3000/
      const answers: string[] = []
      const printed = await kubectl.follow(
        'port-forward service/web :80',
        /Handling connection[\s\S]*Handling connection/,
        async (output) => {
          const port = Number(forwarding.exec(output)?.[1])
          for (let n = 0; n < 2; n++) answers.push(await answerOf(port))
        },
        env,
      )
      assert.match(printed, forwarding)
      assert.equal(new Set(answers), new Set(['{"status":"ok"}\n']))
    })
  }

  test('a workload, a service: exec finds their pod', async () => {
    assert.match(await kubectl.ok('exec deploy/web -- printenv HOSTNAME'), /^web-\S+\n$/)
    assert.match(await kubectl.ok('exec svc/web -- hostname'), /^web-\S+\n$/)
  })

  test('run -i with a pod of its own that goes again', async () => {
    const line = 'run asker -i --rm --restart=Never --image=busybox:1.36 --pod-running-timeout=30s -- sh'
    assert.match(await kubectl.ok(line, { input: 'wget -qO- http://web/health\n' }), '{"status":"ok"}')
    assert.match(await kubectl.refused('get pod asker'), 'not found')
  })

  test('what was started ends with kubectl', async () => {
    await kubectl.follow(['exec', 'shell', '--', 'sh', '-c', 'echo here; sleep 4321'], /here/)
    await until('it is gone', async () => !(await kubectl.ok('exec shell -- ps')).includes('4321'))
  })

  test.run()
}
