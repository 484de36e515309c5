/**
 * Real kubectl against a practice cluster of its own: one suite for each binary. The tests of a suite tell one story, in order.
 * What makes objects without a file is in imperative.test.ts.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { startPracticeCluster, type TestCluster } from '../grading/clusters.ts'
import { suite } from '../harness/suite.ts'
import { kubectlBinaries } from './binaries.ts'
import { Kubectl } from './kubectl.ts'
import { deployment, namespace, service, shellPod } from './manifests.ts'

const DEADLINE_MS = 120_000
const KINDS = ['nodes', 'namespaces', 'pods', 'replicasets', 'deployments', 'services', 'endpointslices', 'endpoints']
const MORE_KINDS = ['configmaps', 'secrets', 'serviceaccounts', 'events', 'leases']

const binaries = kubectlBinaries()
if (binaries.length === 0) {
  const test = suite('kubectl')
  test.skip('real kubectl on the practice cluster: none is installed, KUBECTL_BINARIES names none')
  test.run()
}
for (const binary of binaries) story(binary)

function story(binary: string): void {
  const test = suite(binary, { deadline: DEADLINE_MS })
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-files-'))
  let cluster: TestCluster
  let kubectl: Kubectl
  /** Applies what comes on standard input. */
  const apply = (manifest: string, more = '') => kubectl.ok(`apply -f - ${more}`.trim(), { input: manifest })

  test.before(async () => {
    cluster = await startPracticeCluster()
    kubectl = new Kubectl(binary, cluster.kubeconfig, 'story')
    await kubectl.ok('create -f -', { input: namespace('story') })
  })
  test.after(async () => {
    kubectl?.close()
    rmSync(folder, { recursive: true, force: true })
    await cluster?.stop()
  })

  test('version and cluster-info name the server', async () => {
    const [version, info] = await Promise.all([kubectl.ok('version'), kubectl.ok('cluster-info')])
    assert.match(version, 'Server Version: v1.34')
    assert.match(info, /control plane.* is running at .*https:\/\/127\.0\.0\.1:\d+/)
  })

  test('api-resources lists every kind, with short names', async () => {
    const printed = await kubectl.ok('api-resources')
    for (const kind of [...KINDS, ...MORE_KINDS]) assert.match(printed, new RegExp(`^${kind} `, 'm'))
    assert.match(printed, /^deployments +deploy +apps\/v1 +true +Deployment$/m)
    assert.match(
      await kubectl.ok('api-resources --namespaced=false -o name'),
      /^namespaces\nnodes\nselfsubjectreviews\.authentication/,
    )
  })

  test('apply creates, and says so when nothing changes', async () => {
    assert.is(await apply(deployment()), 'deployment.apps/web created\n')
    assert.is(await apply(service()), 'service/web created\n')
    assert.is(await apply(deployment()), 'deployment.apps/web unchanged\n')
  })

  test('apply takes a list of objects, and refuses an unknown field in one of them', async () => {
    const list = (data: object) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [listed(data)] })
    const listed = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed' }, ...data })
    assert.is(await apply(list({ data: { a: 'b' } })), 'configmap/listed created\n')
    assert.match(await kubectl.refused('apply -f -', { input: list({ date: {} }) }), 'unknown field "date"')
    await kubectl.ok('delete configmap listed')
  })

  test('apply refuses an unknown field and a selector that does not match, and creates nothing', async () => {
    const unknown = await kubectl.refused('apply -f -', { input: deployment({ name: 'bad', spec: { replica: 3 } }) })
    assert.match(unknown, 'strict decoding error: unknown field "spec.replica"')
    const selector = { matchLabels: { app: 'other' } }
    const unmatched = await kubectl.refused('apply -f -', { input: deployment({ name: 'bad', spec: { selector } }) })
    assert.match(unmatched, 'The Deployment "bad" is invalid: spec.template.metadata.labels: Invalid value:')
    assert.match(unmatched, '`selector` does not match template `labels`')
    assert.match(await kubectl.refused('get deployment bad'), 'deployments.apps "bad" not found')
  })

  test('rollout status waits until all replicas are there', async () => {
    const printed = await kubectl.ok('rollout status deployment/web --timeout=60s')
    assert.match(printed, 'deployment "web" successfully rolled out')
    assert.is(await kubectl.ok('get deployment web -o jsonpath={.status.readyReplicas}'), '2')
  })

  test('get prints tables and every other form', async () => {
    const [table, wide, names, yaml, path, columns, labels, everything] = await Promise.all([
      kubectl.ok('get pods'),
      kubectl.ok('get pods -o wide'),
      kubectl.ok('get pods -l app=web -o name'),
      kubectl.ok('get service web -o yaml'),
      kubectl.ok('get pods -o jsonpath={range.items[*]}{.status.phase},{end}'),
      kubectl.ok('get pods -o custom-columns=IMAGE:.spec.containers[0].image --no-headers'),
      kubectl.ok('get pods --show-labels --sort-by=.metadata.name'),
      kubectl.ok('get all,nodes -A'),
    ])
    assert.match(table, /^NAME +READY +STATUS +RESTARTS +AGE\nweb-\S+ +1\/1 +Running +0 +\S+\n/)
    assert.match(wide, /IP +NODE +NOMINATED NODE +READINESS GATES\n/)
    assert.match(wide, / 10\.\S+ +node-\d +<none> +<none>/)
    assert.match(names, /^pod\/web-\S+\npod\/web-\S+\n$/)
    assert.match(yaml, /\n {2}ports:\n {2}- name: http\n {4}port: 80\n/)
    assert.is(path, 'Running,Running,')
    assert.is(columns, 'starter-app:1.0\nstarter-app:1.0\n')
    assert.match(labels, /app=web,pod-template-hash=/)
    assert.match(everything, /deployment\.apps\/web +2\/2 +2 +2/)
    assert.match(everything, /node\/node-1 +Ready/)
  })

  test('selectors choose, and a wrong one is refused', async () => {
    const { stderr } = await kubectl.run('get pods -l app=nobody')
    assert.match(stderr, 'No resources found in story namespace.')
    assert.match(await kubectl.ok('get pods --field-selector=status.phase=Running -o name'), 'pod/web-')
    assert.is(await kubectl.ok('get pods --field-selector=status.phase=Failed -o name'), '')
    assert.match(await kubectl.refused('get pods --field-selector=spec.nope=1'), 'field label not supported: spec.nope')
  })

  test('describe knows every kind', async () => {
    const all = await Promise.all([...KINDS, ...MORE_KINDS].map((kind) => kubectl.ok(`describe ${kind} -A`)))
    const [nodes = '', namespaces = '', pods = '', sets = '', deployments = '', services = '', slices = '', ends = ''] =
      all
    assert.match(nodes, /KubeletReady .*kubelet is posting ready status/)
    assert.match(nodes, /Non-terminated Pods: +\(\d+ in total\)/)
    assert.match(namespaces, /Name: +story\n/)
    assert.match(pods, /Controlled By: +ReplicaSet\/web-/)
    assert.match(sets, /Pods Status: +2 Running \/ 0 Waiting/)
    assert.match(deployments, /Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable/)
    assert.match(deployments, /ScalingReplicaSet +.*Scaled up replica set web-\S+ from 0 to 2/)
    assert.match(services, /Endpoints: +10\.[\d.]+:3000,10\.[\d.]+:3000/)
    assert.match(slices, /http +3000 +TCP/)
    assert.match(ends, /Addresses: +10\.[\d.]+,10\.[\d.]+/)
  })

  test('events are listed, and those of one object alone', async () => {
    assert.match(await kubectl.ok('events'), /Normal +Created +Pod\/web-/)
    const own = await kubectl.ok('events --for=deployment/web')
    assert.match(own, 'Scaled up replica set')
    assert.not.match(own, 'Pod/web-')
  })

  test('logs are read, followed to their end, and those of the run before', async () => {
    assert.match(await kubectl.ok('logs deployment/web --tail=1'), '"message":')
    await apply(shellPod('counter', 'for i in 1 2 3; do echo tick $i; sleep 0.2; done'))
    await kubectl.ok('wait --for=jsonpath={.status.containerStatuses[0].started}=true pod/counter --timeout=20s')
    assert.is(await kubectl.ok('logs -f counter'), 'tick 1\ntick 2\ntick 3\n')
    assert.is(await kubectl.ok('logs counter --tail=1'), 'tick 3\n')
    assert.match(await kubectl.ok('logs counter --timestamps'), /^\d{4}-\d\d-\d\dT\S+Z tick 1\n/)
    assert.match(
      await kubectl.refused('logs counter --previous'),
      'previous terminated container "shell" in pod "counter"',
    )
    assert.match(await kubectl.refused('logs counter -c other'), 'container other is not valid for pod counter')
    assert.match(await kubectl.refused('logs nobody'), 'pods "nobody" not found')
  })

  test('get -w shows a change when it happens', async () => {
    const watched = await kubectl.follow('get deployment web -w', /web +3\/3/, () =>
      kubectl.ok('scale deployment web --replicas=3'),
    )
    assert.match(watched, /web +2\/2/)
  })

  test('scale, and not when the count is another than expected', async () => {
    assert.match(
      await kubectl.refused('scale deployment web --replicas=5 --current-replicas=9'),
      'Expected replicas to be 9, was 3',
    )
    assert.is(await kubectl.ok('scale deployment/web --replicas=2'), 'deployment.apps/web scaled\n')
    assert.is(await kubectl.ok('get deployment web -o jsonpath={.spec.replicas}'), '2')
  })

  test('a new image is rolled out, listed in the history and undone', async () => {
    assert.match(await kubectl.ok('set image deployment/web server=starter-app:1.1'), 'image updated')
    await kubectl.ok('rollout status deployment/web --timeout=60s')
    assert.match(await kubectl.ok('rollout history deployment/web'), /\n1 .*\n2 /)
    assert.match(await kubectl.ok('rollout history deployment/web --revision=2'), 'starter-app:1.1')
    assert.match(await kubectl.ok('rollout undo deployment/web'), 'deployment.apps/web rolled back')
    await kubectl.ok('rollout status deployment/web --timeout=60s')
    const image = 'get deployment web -o jsonpath={.spec.template.spec.containers[0].image}'
    assert.is(await kubectl.ok(image), 'starter-app:1.0')
    assert.match(
      await kubectl.refused('rollout undo deployment/web --to-revision=9'),
      'unable to find specified revision 9',
    )
  })

  test('rollout pause, resume and restart', async () => {
    await kubectl.ok('rollout pause deployment/web')
    assert.match(await kubectl.refused('rollout undo deployment/web'), 'cannot rollback a paused deployment')
    await kubectl.ok('rollout resume deployment/web')
    assert.is(await kubectl.ok('rollout restart deployment/web'), 'deployment.apps/web restarted\n')
    await kubectl.ok('rollout status deployment/web --timeout=60s')
  })

  test('a rollout that cannot get ready is reported', async () => {
    await kubectl.ok('set image deployment/web server=nowhere:9')
    assert.match(
      await kubectl.refused('rollout status deployment/web --timeout=1s'),
      'timed out waiting for the condition',
    )
    await kubectl.ok('rollout undo deployment/web')
    await kubectl.ok('rollout status deployment/web --timeout=60s')
  })

  test('diff shows what apply would change, and changes nothing', async () => {
    const same = await kubectl.run('diff -f -', { input: deployment({ replicas: 2 }) })
    assert.is(same.code, 0, same.stdout + same.stderr)
    const other = await kubectl.run('diff -f -', { input: deployment({ replicas: 4 }) })
    assert.is(other.code, 1, other.stderr)
    assert.match(other.stdout, /\n- {2}replicas: 2\n\+ {2}replicas: 4\n/)
    assert.is(await kubectl.ok('get deployment web -o jsonpath={.spec.replicas}'), '2')
    const invalid = await kubectl.run('diff -f -', { input: deployment({ replicas: -1 }) })
    assert.ok(invalid.code > 1)
    assert.match(invalid.stderr, 'spec.replicas: Invalid value: -1')
  })

  test('edit saves what the editor changed, and not what the server refuses', async () => {
    const script = path.join(folder, 'edit.mjs')
    writeFileSync(
      script,
      "import fs from 'node:fs'\nconst [, , from, to, file] = process.argv\n" +
        "fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(from, to))\n",
    )
    const editor = (from: string, to: string) => `"${process.execPath}" "${script}" "${from}" "${to}"`
    const edited = await kubectl.ok('edit deployment web', { editor: editor('replicas: 2', 'replicas: 3') })
    assert.match(edited, 'deployment.apps/web edited')
    assert.is(await kubectl.ok('get deployment web -o jsonpath={.spec.replicas}'), '3')
    const { stderr } = await kubectl.run('edit deployment web', { editor: editor('nothing', 'there') })
    assert.match(stderr, 'Edit cancelled, no changes made')
    const refused = await kubectl.run('edit deployment web', { editor: editor('replicas: 3', 'replicas: -3') })
    assert.is.not(refused.code, 0)
    assert.is(await kubectl.ok('get deployment web -o jsonpath={.spec.replicas}'), '3')
  })

  test('explain describes fields, and knows which there are not', async () => {
    const strategy = await kubectl.ok('explain deployment.spec.strategy')
    assert.match(strategy, /GROUP: +apps\nKIND: +Deployment\nVERSION: +v1/)
    // kubectl tells enums since 1.30
    const [, minor] = /^Client Version: v1\.(\d+)/.exec(await kubectl.ok('version --client')) ?? []
    if (Number(minor) >= 30) assert.match(strategy, /type\t<string>\n {2}enum: Recreate, RollingUpdate\n/)
    assert.match(strategy, /type\t<string>\n( {2}enum: .*\n)? {4}Type of deployment/)
    assert.match(strategy, /rollingUpdate\t<RollingUpdateDeployment>\n {4}\S/)
    assert.match(await kubectl.ok('explain pod.spec.containers'), /name\t<string> -required-\n/)
    assert.match(await kubectl.ok('explain service --recursive'), /\n {6}nodePort\t<integer>\n/)
    assert.match(await kubectl.refused('explain pod.spec.nope'), 'field "nope" does not exist')
    assert.match(await kubectl.refused('explain nope'), 'the server doesn\'t have a resource type "nope"')
  })

  test('label and annotate: set, refuse to overwrite, overwrite, remove', async () => {
    await kubectl.ok('label deployment web tier=front')
    assert.match(await kubectl.refused('label deployment web tier=back'), "'tier' already has a value (front)")
    await kubectl.ok('label deployment web tier=back --overwrite')
    await kubectl.ok('annotate deployment web note=hello')
    const read = 'get deployment web -o jsonpath={.metadata.labels.tier}/{.metadata.annotations.note}'
    assert.is(await kubectl.ok(read), 'back/hello')
    await kubectl.ok('label deployment web tier-')
    assert.is(await kubectl.ok(read), '/hello')
    assert.match(await kubectl.refused('label deployment web tier=not_valid_'), 'a valid label must be')
  })

  test('patch: strategic, merge and JSON; a wrong one is refused', async () => {
    const patch = (type: string, body: unknown) => [
      'patch',
      'deployment',
      'web',
      `--type=${type}`,
      '-p',
      JSON.stringify(body),
    ]
    const containers = [{ name: 'server', env: [{ name: 'GREETING', value: 'Hello' }] }]
    await kubectl.ok(patch('strategic', { spec: { template: { spec: { containers } } } }))
    await kubectl.ok(patch('merge', { spec: { replicas: 1 } }))
    await kubectl.ok(patch('json', [{ op: 'replace', path: '/spec/replicas', value: 2 }]))
    const read =
      'get deployment web -o jsonpath={.spec.replicas}{range.spec.template.spec.containers[*]}{.image}{.env[0].value}{end}'
    assert.is(await kubectl.ok(read), '2starter-app:1.0Hello')
    const refused = await kubectl.refused(patch('json', [{ op: 'test', path: '/spec/replicas', value: 9 }]))
    assert.match(refused, 'the server rejected our request')
    assert.match(await kubectl.refused(patch('merge', { spec: { replicas: 'two' } })), 'cannot unmarshal string')
  })

  test('create, twice; replace; a ConfigMap from literals', async () => {
    const map = await kubectl.ok('create configmap settings --from-literal=greeting=Hello --dry-run=client -o yaml')
    assert.is(await kubectl.ok('create -f -', { input: map }), 'configmap/settings created\n')
    assert.match(await kubectl.refused('create -f -', { input: map }), 'configmaps "settings" already exists')
    await kubectl.ok('replace -f -', { input: map.replace('Hello', 'Ahoy') })
    assert.is(await kubectl.ok('get cm settings -o jsonpath={.data.greeting}'), 'Ahoy')
    const absent = await kubectl.refused('replace -f -', { input: map.replace('name: settings', 'name: absent') })
    assert.match(absent, 'configmaps "absent" not found')
    const tried = await kubectl.ok('create -f - --dry-run=server', {
      input: map.replace('name: settings', 'name: tried'),
    })
    assert.is(tried, 'configmap/tried created (server dry run)\n')
    assert.match(await kubectl.refused('get cm tried'), 'configmaps "tried" not found')
  })

  test('wait: for a condition, a field, a deletion; and not for ever', async () => {
    assert.match(await kubectl.ok('wait --for=condition=Available deployment/web --timeout=60s'), 'condition met')
    assert.match(await kubectl.ok(['wait', '--for=jsonpath={.data.greeting}=Ahoy', 'cm/settings']), 'condition met')
    const late = await kubectl.refused(['wait', '--for=jsonpath={.data.greeting}=Never', 'cm/settings', '--timeout=1s'])
    assert.match(late, 'timed out waiting for the condition on configmaps/settings')
    const gone = kubectl.ok('wait --for=delete cm/settings --timeout=20s')
    await kubectl.ok('delete cm settings')
    await gone
  })

  test('run and expose', async () => {
    await kubectl.ok('run shell --image=busybox --restart=Never -- sh -c env')
    await kubectl.ok('wait --for=jsonpath={.status.phase}=Succeeded pod/shell --timeout=20s')
    assert.match(await kubectl.ok('logs shell'), 'KUBERNETES_SERVICE_HOST=10.96.0.1')
    assert.is(
      await kubectl.ok('expose deployment web --name=second --port=8080 --target-port=http'),
      'service/second exposed\n',
    )
    assert.match(await kubectl.ok('get service second'), /ClusterIP +10\.96\.\S+ +<none> +8080\/TCP/)
  })

  test('cordon and taint a node, and back', async () => {
    await kubectl.ok('cordon node-3')
    assert.match(await kubectl.ok('get node node-3'), 'Ready,SchedulingDisabled')
    await kubectl.ok('uncordon node-3')
    await kubectl.ok('taint node node-3 key=value:NoSchedule')
    assert.match(await kubectl.ok('describe node node-3'), /Taints: +key=value:NoSchedule/)
    await kubectl.ok('taint node node-3 key-')
    assert.match(await kubectl.ok('describe node node-3'), /Taints: +<none>/)
  })

  test('delete: what is absent is refused, what owns others takes them along, unless they are orphaned', async () => {
    assert.match(await kubectl.refused('delete deployment absent'), 'deployments.apps "absent" not found')
    assert.is(await kubectl.ok('delete deployment absent --ignore-not-found'), '')
    await kubectl.ok('delete deployment web --cascade=orphan')
    const left = await kubectl.ok('get replicasets -l app=web -o name')
    assert.match(left, 'replicaset.apps/web-')
    await kubectl.ok('delete replicasets -l app=web --cascade=foreground')
    assert.is(await kubectl.ok('get pods -l app=web --field-selector=status.phase=Running -o name'), '')
    await kubectl.ok('delete pod counter shell --now')
    assert.match(await kubectl.ok('delete namespace story --timeout=60s'), 'namespace "story" deleted')
    assert.match(await kubectl.refused('get namespace story'), 'namespaces "story" not found')
    assert.match(await kubectl.refused('delete namespace default'), 'this namespace may not be deleted')
  })

  test.run()
}
