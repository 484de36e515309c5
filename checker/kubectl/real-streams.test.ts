/**
 * exec and port-forward on a real cluster that has the image busybox:1.36, three ways: real kubectl, our kubectl, and real kubectl on
 * a practice cluster. All say the same words with the same exit code. Runs where REAL_KUBECONFIG names a kubeconfig and a kubectl is installed; is counted as skipped elsewhere.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { startPracticeCluster, type TestCluster } from '../../test/grading/clusters.ts'
import { suite } from '../../test/harness/suite.ts'
import { KubectlFixture, type Ran } from './test/kubectl-fixture.ts'

const container = (name: string) =>
  `{ name: ${name}, image: 'busybox:1.36', imagePullPolicy: Never, command: [sleep, '100000'], ports: [{ name: http, containerPort: 3000 }] }`
const MANIFEST = `apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { terminationGracePeriodSeconds: 0, containers: [${container('main')}] }
---
apiVersion: v1
kind: Pod
metadata: { name: two }
spec:
  terminationGracePeriodSeconds: 0
  initContainers: [{ name: first, image: 'busybox:1.36', imagePullPolicy: Never, command: ['true'] }]
  containers: [${container('a')}, ${container('b')}]
---
apiVersion: v1
kind: Pod
metadata: { name: done }
spec: { restartPolicy: Never, containers: [{ name: main, image: 'busybox:1.36', imagePullPolicy: Never, command: ['true'] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: pending }
spec: { nodeSelector: { no: where }, containers: [${container('main')}] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: v1
kind: Service
metadata: { name: lonely }
spec: { selector: { app: nobody }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: bare }
spec: { ports: [{ port: 80 }] }
`

/** Each with what is piped in. */
const SAME: readonly (readonly [words: readonly string[], stdin?: string])[] = [
  [['exec', 'web', '--', 'echo', 'hi']],
  [['exec', 'web', '--', 'sh', '-c', 'echo out; exit 3']],
  [['exec', 'web', '--', 'sh', '-c', 'echo err >&2']],
  [['exec', 'web', '--', 'sh', '-c']],
  [['exec', 'web', '--', 'nosuch']],
  [['exec', 'web', '--', '/no/such']],
  [['exec', 'web']],
  [['exec']],
  [['exec', 'web', 'echo', 'hi']],
  [['exec', 'nobody', '--', 'ls']],
  [['exec', 'web', '-c', 'nope', '--', 'ls']],
  [['exec', 'two', '--', 'echo', 'hi']],
  [['exec', 'two', '-c', 'b', '--', 'echo', 'hi']],
  [['exec', 'two', '-c', 'first', '--', 'echo', 'hi']],
  [['exec', 'done', '--', 'ls']],
  [['exec', 'pending', '--', 'ls']],
  [['exec', 'svc/web', '--', 'hostname']],
  [['exec', 'svc/lonely', '--pod-running-timeout=1s', '--', 'ls']],
  [['exec', 'svc/bare', '--', 'ls']],
  [['exec', 'deploy/nope', '--', 'ls']],
  [['exec', '-i', 'web', '--', 'sh'], 'echo from a script; exit 4\n'],
  [['exec', '-i', 'web', '--', 'cat'], 'one\ntwo\n'],
  [['exec', 'web', '--', 'cat'], 'unheard'],
  [['exec', '-it', 'web', '--', 'echo', 'no terminal']],
  [['port-forward', 'web']],
  [['port-forward', 'web', '0:nope']],
  [['port-forward', 'svc/web', '0:81']],
  [['port-forward', 'svc/web', '0:nope']],
  [['port-forward', 'svc/bare', '80']],
  [['port-forward', 'nobody', '80']],
  [['port-forward', 'done', '80']],
  [['port-forward', 'pending', '80']],
]

const test = suite('kubectl exec and port-forward beside real kubectl', { deadline: 120_000 })
const real = process.env.REAL_KUBECONFIG

test('nothing is compared twice', () => {
  assert.is(new Set(SAME.map((line) => JSON.stringify(line))).size, SAME.length)
})

if (real === undefined) test.skip('REAL_KUBECONFIG is not set')
else {
  const namespace = `streams-${process.pid}`
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-streams-'))
  const ours = new KubectlFixture(folder, real)

  let practice: TestCluster

  const theirs = (words: readonly string[], stdin = '', kubeconfig = real): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const child = spawn('kubectl', words, { cwd: folder, env: { ...process.env, KUBECONFIG: kubeconfig } })
      const got = { out: '', err: '' }
      child.stdout.setEncoding('utf8').on('data', (text: string) => (got.out += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (got.err += text))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code: code ?? -1, ...got }))
      child.stdin.on('error', () => {})
      child.stdin.end(stdin)
    })

  test.before(async () => {
    ours.file('all.yaml', MANIFEST)
    practice = await startPracticeCluster()
    for (const kubeconfig of [real, practice.kubeconfig]) {
      const prepared = async (...words: readonly string[]) => {
        const { code, err } = await theirs(['-n', namespace, ...words], '', kubeconfig)
        assert.is(code, 0, err)
      }
      await prepared('create', 'namespace', namespace)
      await prepared('wait', '--for=create', 'sa/default', '--timeout=10s')
      await prepared('apply', '-f', 'all.yaml')
      await prepared('wait', '--for=condition=Ready', 'pod/web', 'pod/two', '--timeout=60s')
      await prepared('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/done', '--timeout=60s')
    }
  })
  test.after(async () => {
    await theirs(['delete', 'namespace', namespace, '--wait=false'])
    await practice?.stop()
    rmSync(folder, { recursive: true })
  })

  for (const [words, stdin = ''] of SAME) {
    test(words.join(' '), async () => {
      const line = ['-n', namespace, ...words]
      const [expected, found] = [await theirs(line, stdin), await ours.kubectl(line, { stdin })]
      const here = await theirs(line, stdin, practice.kubeconfig)
      // Each exec has an id of its own.
      const without = ({ code, out, err }: Ran) => ({ code, out, err: err.replace(/[0-9a-f]{64}/g, 'ID') })
      assert.equal(without(found), without(expected), 'our kubectl')
      assert.equal(without(here), without(expected), 'the practice cluster')
    })
  }
}

test.run()
