import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as assert from 'uvu/assert'
import type { ApiServer } from '../../cluster/apiserver/api-server.ts'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { type KubectlFixture, kubectlWithServer } from './test/kubectl-fixture.ts'

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: 'starter-app:1.0', ports: [{ containerPort: 3000 }] }] }
`
const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { GREETING: Hello }
`

const test = suite('kubectl against our API server')
let fixture: KubectlFixture
let server: ApiServer
let close: () => Promise<void>

test.before(async () => {
  ;({ fixture, server, close } = await kubectlWithServer())
  const api = server.client('test')
  await api.create('v1 ServiceAccount', { metadata: { name: 'default', namespace: 'default' } })
  fixture.file('web.yaml', DEPLOYMENT)
  fixture.file('both.yaml', `${DEPLOYMENT}---\n${CONFIG}`)
})
test.after(async () => {
  await close()
})

/** Runs a command that must succeed, and gives what it printed. */
async function ok(line: string | readonly string[], stdin = ''): Promise<string> {
  const { code, out, err } = await fixture.kubectl(line, { stdin })
  assert.is(code, 0, `${line}: ${err}`)
  return out
}

/** Runs a command that must fail with exit code 1, and gives what it said. */
async function fails(line: string | readonly string[]): Promise<string> {
  const { code, err } = await fixture.kubectl(line)
  assert.is(code, 1, String(line))
  return err
}

test('apply creates, then finds nothing to do, then changes what the file changes', async () => {
  assert.is(await ok('apply -f both.yaml'), 'deployment.apps/web created\nconfigmap/settings created\n')
  assert.is(await ok('apply -f both.yaml'), 'deployment.apps/web unchanged\nconfigmap/settings unchanged\n')
  fixture.file('web.yaml', DEPLOYMENT.replace('replicas: 2', 'replicas: 4'))
  assert.is(await ok('apply -f web.yaml --dry-run=server'), 'deployment.apps/web configured (server dry run)\n')
  assert.is(await ok('get deploy web -o jsonpath={.spec.replicas}'), '2')
  assert.is(await ok('apply -f web.yaml'), 'deployment.apps/web configured\n')
  assert.is(await ok('get deploy web -o jsonpath={.spec.replicas}'), '4')
})

test('apply reads standard input and folders, and brings drifted values back', async () => {
  await ok('scale deploy/web --replicas=9')
  assert.is(await ok('apply -f -', DEPLOYMENT), 'deployment.apps/web configured\n')
  assert.is(await ok('get deploy web -o jsonpath={.spec.replicas}'), '2')
  assert.match(await ok('apply -f .'), 'configmap/settings unchanged')
  assert.match(await fails('apply -f nowhere.yaml'), 'error: the path "nowhere.yaml" does not exist')
  assert.match(await fails('apply -f https://example.com/x.yaml'), 'this kubectl reads no URLs')
})

test('what the server refuses is told in its words', async () => {
  fixture.file('wrong.txt', DEPLOYMENT.replace('replicas: 2', 'replicas: -1'))
  assert.match(
    await fails('apply -f wrong.txt'),
    /^The Deployment "web" is invalid: spec\.replicas: Invalid value: -1: must be greater than or equal to 0\n$/,
  )
  fixture.file('typo.txt', CONFIG.replace('\ndata:', '\ndta:'))
  assert.match(
    await fails('create -f typo.txt'),
    /^Error from server \(BadRequest\): error when creating "typo.txt": .*unknown field "dta"/,
  )
  fixture.file('kind.txt', CONFIG.replace('ConfigMap', 'ConfigMop'))
  assert.match(
    await fails('apply -f kind.txt'),
    /no matches for kind "ConfigMop" in version "v1"\nensure CRDs are installed first/,
  )
  assert.is(await fails('get pod nope'), 'Error from server (NotFound): pods "nope" not found\n')
  assert.is(await fails('get frobs'), 'error: the server doesn\'t have a resource type "frobs"\n')
})

test("get prints the server's tables, of several kinds too", async () => {
  const table = await ok('get deployments')
  assert.match(table, /^NAME {3}READY {3}UP-TO-DATE {3}AVAILABLE {3}AGE\nweb {4}0\/\d /)
  assert.match(await ok('get deploy,cm -A --no-headers'), /deployment\.apps\/web[\s\S]*\n\n[\s\S]*configmap\/settings/)
  assert.is(await ok('get deploy/web cm/settings -o name'), 'deployment.apps/web\nconfigmap/settings\n')
  const { out, err } = await fixture.kubectl('get pods')
  assert.equal([out, err], ['', 'No resources found in default namespace.\n'])
  assert.match(await ok('get cm settings -o yaml'), /^apiVersion: v1\ndata:\n {2}GREETING: Hello\nkind: ConfigMap\n/)
  assert.is(JSON.parse(await ok('get cm -o json')).kind, 'List')
  assert.is(await ok('get deploy -l app=web --show-labels --no-headers -o name'), 'deployment.apps/web\n')
})

test('a watch shows what is there and what comes, until it is ended', async () => {
  const ended = new AbortController()
  let seen = ''
  const watching = fixture.kubectl('get cm -w', {
    signal: ended.signal,
    heard: (out) => {
      seen = out
    },
  })
  await until('the present state is shown', () => seen.includes('settings'))
  await ok('create configmap later --from-literal=a=b')
  await until('the new one is shown', () => seen.includes('later'))
  ended.abort()
  await watching
  assert.is(seen.split('\n').filter((line) => line.startsWith('NAME')).length, 1)
})

test("describe tells all, and a secret's value is in no description", async () => {
  assert.match(
    await ok('describe deploy web'),
    /Replicas: +\d desired \| 0 updated[\s\S]*Image: +starter-app:1\.0[\s\S]*Events: +<none>/,
  )
  await ok('create secret generic key --from-literal=password=hunter2')
  const secret = await ok('describe secret key')
  assert.match(secret, 'password:  7 bytes')
  assert.not.match(secret, 'hunter2')
})

test('labels and annotations are set, kept from being overwritten, and removed', async () => {
  assert.is(await ok('label deploy web tier=front'), 'deployment.apps/web labeled\n')
  assert.is(
    await fails('label deploy web tier=back'),
    "error: 'tier' already has a value (front), and --overwrite is false\n",
  )
  assert.is(await ok('label deploy web tier=back --overwrite'), 'deployment.apps/web labeled\n')
  assert.is(await ok('label deploy web tier-'), 'deployment.apps/web unlabeled\n')
  assert.is(await ok('annotate deploy web note=x'), 'deployment.apps/web annotated\n')
  assert.is(await ok('get deploy web -o jsonpath={.metadata.annotations.note}{.metadata.labels.tier}'), 'x')
})

test('set, scale, patch and rollout change the deployment', async () => {
  assert.is(await ok('set image deploy/web main=starter-app:1.1'), 'deployment.apps/web image updated\n')
  assert.is(await fails('set image deploy/web other=x'), 'error: unable to find container named "other"\n')
  assert.is(await ok('set env deploy/web GREETING=Hi'), 'deployment.apps/web env updated\n')
  assert.is(await ok(['patch', 'deploy', 'web', '-p', '{"spec":{"replicas":7}}']), 'deployment.apps/web patched\n')
  assert.is(
    await ok(['patch', 'deploy', 'web', '-p', '{"spec":{"replicas":7}}']),
    'deployment.apps/web patched (no change)\n',
  )
  assert.is(await ok('scale deploy web --replicas 3'), 'deployment.apps/web scaled\n')
  assert.is(await ok('rollout restart deploy/web'), 'deployment.apps/web restarted\n')
  assert.is(await ok('rollout pause deploy/web'), 'deployment.apps/web paused\n')
  assert.is(await fails('rollout pause deploy/web'), 'error: deployments.apps "web" is already paused\n')
  assert.is(await ok('rollout resume deploy/web'), 'deployment.apps/web resumed\n')
  const now = JSON.parse(await ok('get deploy web -o json'))
  assert.equal([now.spec.replicas, now.spec.template.spec.containers[0].image], [3, 'starter-app:1.1'])
})

test('rollout status waits until the deployment is done; wait until a condition holds', async () => {
  const api = server.client('test')
  const key = { namespace: 'default', name: 'web' }
  const status = (body: object) =>
    api.patch('apps/v1 Deployment', key, { type: 'merge', body: { status: body } }, { subresource: 'status' })
  const { metadata } = await api.get('apps/v1 Deployment', key)
  const observedGeneration = metadata.generation ?? 0
  await status({ observedGeneration, replicas: 3, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 })
  let seen = ''
  const rollout = fixture.kubectl('rollout status deploy/web', {
    heard: (out) => {
      seen = out
    },
  })
  await until('it says what it waits for', () => seen.includes('1 out of 3 new replicas have been updated...'))
  const waiting = fixture.kubectl('wait deploy/web --for=condition=Available --timeout=10s')
  const conditions = [{ type: 'Available', status: 'True', reason: 'x', message: '' }]
  await status({ replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, conditions })
  assert.match((await rollout).out, /deployment "web" successfully rolled out\n$/)
  assert.is((await waiting).out, 'deployment.apps/web condition met\n')
  assert.match(
    await fails('wait deploy/web --for=condition=Nope --timeout=1s'),
    'timed out waiting for the condition on deployments/web',
  )
  assert.is(await ok('wait deploy/web --for=jsonpath={.status.replicas}=3'), 'deployment.apps/web condition met\n')
})

test('undo puts the template of the revision before back', async () => {
  const api = server.client('test')
  const deployment = await api.get('apps/v1 Deployment', { namespace: 'default', name: 'web' })
  for (const [revision, image] of [
    ['1', 'starter-app:1.0'],
    ['2', 'starter-app:1.1'],
  ] as const) {
    const { metadata, spec } = structuredClone(deployment.spec.template) as unknown as {
      metadata: { labels: Record<string, string> }
      spec: { containers: { image: string }[] }
    }
    const labels = { ...metadata.labels, 'pod-template-hash': revision }
    if (spec.containers[0]) spec.containers[0].image = image
    await api.create('apps/v1 ReplicaSet', {
      metadata: {
        name: `web-${revision}`,
        namespace: 'default',
        labels,
        annotations: { 'deployment.kubernetes.io/revision': revision },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: deployment.metadata.uid, controller: true },
        ],
      },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    } as never)
  }
  assert.is(
    await ok('rollout history deploy/web'),
    'deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n',
  )
  assert.match(
    await ok('rollout history deploy/web --revision=1'),
    /with revision #1\nPod Template:[\s\S]*starter-app:1\.0/,
  )
  assert.is(await ok('rollout undo deploy/web'), 'deployment.apps/web rolled back\n')
  assert.is(await ok('get deploy web -o jsonpath={.spec.template.spec.containers[0].image}'), 'starter-app:1.0')
  assert.match(
    await ok('rollout undo deploy/web --to-revision=1'),
    'skipped rollback (current template already matches revision 1)',
  )
  assert.is(
    await fails('rollout undo deploy/web --to-revision=7'),
    'error: unable to find specified revision 7 in history\n',
  )
})

test('logs of a pod, of selected pods, with prefixes', async () => {
  await ok(['run', 'one', '--image=busybox:1.36', '--labels=app=logger', '--', 'sleep', '5'])
  await server.client('test').create('v1 Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } })
  await server.client('test').bind({ namespace: 'default', name: 'one' }, 'node-1')
  assert.is(await ok('logs one'), 'one one one\ntwo\nthree\n')
  assert.is(await ok('logs one --tail=1 --previous'), 'before\n')
  assert.is(await ok('logs -l app=logger --prefix --tail 2'), '[pod/one/one] two\n[pod/one/one] three\n')
  assert.match(await fails('logs one -c nope'), 'container nope is not valid for pod one')
  assert.match(await fails('logs nope'), 'pods "nope" not found')
})

test('explain and api-resources read what the server tells of itself', async () => {
  assert.match(
    await ok('explain deploy.spec.replicas'),
    /^GROUP: {6}apps\nKIND: {7}Deployment\nVERSION: {4}v1\n\nFIELD: replicas <integer>/,
  )
  assert.match(await fails('explain pods.nope'), 'error: field "nope" does not exist')
  assert.match(await ok('api-resources'), /^deployments +deploy +apps\/v1 +true +Deployment$/m)
})

test('edit sends what the editor changed, and nothing else', async () => {
  const editor = fixture.file(
    'editor.mjs',
    `import fs from 'node:fs'; const f = process.argv[2]; fs.writeFileSync(f, fs.readFileSync(f, 'utf8').replace('GREETING: Hello', 'GREETING: Good day'))`,
  )
  process.env.KUBE_EDITOR = `"${process.execPath}" "${path.join(fixture.folder, editor)}"`
  assert.is(await ok('edit cm settings'), 'configmap/settings edited\n')
  assert.is(await ok('get cm settings -o jsonpath={.data.GREETING}'), 'Good day')
  assert.match((await fixture.kubectl('edit cm settings')).err, 'Edit cancelled, no changes made.')
})

test('delete waits until it is gone; what is not there is an error unless it may be missing', async () => {
  assert.is(await ok('delete cm later'), 'configmap "later" deleted\n')
  assert.is(await fails('delete cm later'), 'Error from server (NotFound): configmaps "later" not found\n')
  assert.is(await ok('delete cm later --ignore-not-found'), '')
  assert.is(await fails('delete cm'), 'error: resource(s) were provided, but no name was specified\n')
  assert.is(await ok('delete -f both.yaml'), 'deployment.apps "web" deleted\nconfigmap "settings" deleted\n')
})

test('what it does not cover is said, with where to get the whole kubectl', async () => {
  assert.match(await fails('cp web:/a b'), /has no "cp"\.\nInstall kubectl 1\.29 or newer/)
  assert.match(await fails('frobnicate'), 'unknown command "frobnicate" for "kubectl"')
  assert.match(await fails('apply -f web.yaml --server-side'), 'has no apply --server-side')
  assert.match(await ok('--help'), "the workbook's own small kubectl")
})

test('config tells the context and hides the token', async () => {
  assert.is(await ok('config current-context'), 'practice\n')
  const view = await ok('config view')
  assert.match(view, 'token: REDACTED')
  const { users } = JSON.parse(readFileSync(fixture.kubeconfig, 'utf8'))
  assert.not(view.includes(users[0].user.token))
})

test('a server that is not there is said to be', async () => {
  const text = readFileSync(fixture.kubeconfig, 'utf8').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1')
  fixture.file('nobody', text)
  assert.is(
    await fails('--kubeconfig nobody get pods'),
    'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
  )
})

test.run()
