/**
 * Side by side with real kubectl on a real cluster: the same words on both channels, the same exit code. Runs where
 * REAL_KUBECONFIG names a kubeconfig and a kubectl is installed; is counted as skipped elsewhere.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { parseAllDocuments } from 'yaml'
import { suite } from '../../test/harness/suite.ts'
import { lastAppliedOf, withLastApplied } from '../apply/last-applied.ts'
import { threeWayPatch } from '../apply/three-way.ts'
import type { KubeObject } from './objects.ts'
import { KubectlFixture, type Ran } from './test/kubectl-fixture.ts'

const MANIFEST = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings, labels: { a: b } }
data: { GREETING: Hello, lines: "one\\ntwo\\n" }
---
apiVersion: v1
kind: Secret
metadata: { name: key }
data: { password: aHVudGVyMg== }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  # None: what a workload's pods do meanwhile would differ between the two runs.
  replicas: 0
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { note: why } }
    spec:
      containers:
      - name: main
        image: starter-app:1.0
        ports: [{ name: http, containerPort: 3000 }]
        envFrom: [{ configMapRef: { name: settings } }]
        env:
        - { name: NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: PASSWORD, valueFrom: { secretKeyRef: { name: key, key: password } } }
        resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { cpu: 500m } }
        livenessProbe: { httpGet: { path: /health, port: http } }
        volumeMounts: [{ name: config, mountPath: /config, readOnly: true }, { name: scratch, mountPath: /scratch }]
      volumes: [{ name: config, configMap: { name: settings } }, { name: scratch, emptyDir: {} }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
`

/** What must be the same to the letter. None of them changes anything. */
const SAME = [
  'get deploy',
  'get deploy,svc',
  'get deploy web -o wide',
  'get deploy web -o yaml',
  'get deploy -o json',
  'get svc web cm/settings',
  'get deploy/web svc/web',
  'get cm settings --show-labels',
  'get cm -L a -l a=b --no-headers',
  'get pods',
  'get pod nope',
  'get deploy web nope',
  'get frobs',
  'get pods -o frob',
  'get cm,secret -o name',
  'get deploy web -o jsonpath={.spec.template.spec.containers[*].image}',
  'get deploy web -o jsonpath={.metadata.annotations.deployment\\.kubernetes\\.io/revision}',
  'get deploy web -o custom-columns=NAME:.metadata.name,IMAGE:.spec.template.spec.containers[*].image,X:.nope',
  'get cm --sort-by=.metadata.name -o name',
  'describe deploy web',
  'describe rs',
  'describe svc web',
  'describe cm settings',
  'describe secret key',
  'describe sa default',
  'describe pod nope',
  'rollout status deploy/web',
  'rollout history deploy/web',
  'rollout history deploy/web --revision=1',
  'rollout undo deploy/web',
  'set image deploy/web other=x',
  'wait deploy/web --for=condition=Available --timeout=5s',
  'wait deploy/web --for=jsonpath={.spec.replicas}=0 --timeout=5s',
  'explain pods',
  'explain deployment.spec.strategy',
  'explain pod.spec.containers',
  'explain pod.spec.containers.livenessProbe',
  'explain svc.spec.type',
  'explain pods.nope',
  'api-versions',
  'api-resources',
  'api-resources --namespaced=false -o name',
  'config get-contexts',
  'config current-context',
  'cluster-info',
  'delete pod',
  'delete cm nope',
  'label cm nope a=b',
  'create deployment web --image=x:1',
  'create deployment web --image=x:1 --port=80 --dry-run=client -o yaml',
  'create deployment one --image=a/b:1,c --replicas=0 --dry-run=client -o yaml',
  'create deployment one --image=nginx -r 3 --dry-run=client -o yaml -- sleep 1',
  'create deploy two words --image=x',
  'create namespace made --dry-run=client -o yaml',
  'create namespace default',
  'create namespace',
  'create cm made --from-literal=a=b --from-literal=c=d --dry-run=client -o yaml',
  'create cm made --from-file=all.yaml --dry-run=client -o yaml',
  'create cm made --dry-run=client -o yaml',
  'create cm settings',
  'create cm made --from-literal=a=b --from-literal=a=c',
  'create cm made --from-literal=a',
  'create cm made --from-file=nowhere',
  'create secret generic made --from-literal=a=b --dry-run=client -o yaml',
  'create secret generic made --type=x/y --dry-run=client -o yaml',
  'create secret generic key',
  'create secret docker-registry made --docker-username=u --docker-password=p --dry-run=client -o yaml',
  'create secret docker-registry made --docker-username=u',
  'create secret tls made',
  'create secret tls made --cert=all.yaml --key=all.yaml',
  'create svc clusterip made --tcp=80:8080 --tcp=90 --dry-run=client -o yaml',
  'create service clusterip made --clusterip=None --dry-run=client -o yaml',
  'create service nodeport made --tcp=80:http --node-port=30001 --dry-run=client -o yaml',
  'create service loadbalancer made --tcp=80 --dry-run=client -o yaml',
  'create service externalname made --external-name=x.y --dry-run=client -o yaml',
  'create service externalname made --external-name=x_y',
  'create service clusterip made',
  'create service clusterip made --tcp=foo',
  'create service clusterip made --tcp=80:99999',
  'create service clusterip made --tcp=0',
  'create service clusterip web --tcp=80',
  'create sa made --dry-run=client -o yaml',
  'create sa default',
  'create sa made --dry-run=server',
  'run made --image=nginx:1 --port=80 --env=A=b -l a=b --dry-run=client -o yaml -- x y',
  'run made --image=nginx:1 --restart=Never --command --dry-run=client -o yaml -- sleep 1',
  'run made --image=nginx:1 --expose --port=80 --dry-run=client',
  'run made --image=nginx:1 --expose',
  'run made --image=nginx:1 --restart=No',
  'expose deployment web --port=8080 --target-port=http --name=made --dry-run=client -o yaml',
  'expose deployment web --type=NodePort --name=made --dry-run=client',
  'expose deployment web',
  'expose svc web --port=8 --name=made --dry-run=client -o yaml',
  'expose pod nope --port=1',
  'set resources deployment/web --limits=cpu=2 --dry-run=server -o jsonpath={.spec.template.spec.containers[0].resources}',
  'set resources deployment/web',
  'set resources deployment/web --limits=foo',
  'set resources deployment/nope --limits=cpu=1',
  'set resources svc/web --limits=cpu=1',
  'set env svc/web A=b',
  'set env deployment/web A=b --dry-run=server',
  'auth whoami',
  'auth can-i create pods',
  'auth can-i get pods/x -q',
  'auth can-i get /healthz',
  'auth can-i',
  'apply -f nowhere.yaml',
  'apply -f all.yaml',
  'apply -f all.yaml --dry-run=server',
]

/** Edits of MANIFEST's Deployment, each as one replacement. */
const EDITS: readonly (readonly [what: string, old: string | RegExp, replacement: string])[] = [
  ['a value changes', 'starter-app:1.0', 'starter-app:2.0'],
  [
    'a label goes, another comes',
    '{ name: web, labels: { app: web } }\nspec:\n  #',
    '{ name: web, labels: { b: c } }\nspec:\n  #',
  ],
  ['replicas are named no more', '  replicas: 0\n', ''],
  ['an env entry goes', /- \{ name: NAME, .*\n/, ''],
  ['env entries change places', /( +- \{ name: NAME, .*\n)( +- \{ name: PASSWORD, .*\n)/, '$2$1'],
  ['an env entry comes', '        env:\n', '        env:\n        - { name: MORE, value: "1" }\n'],
  ['all env entries go', / {8}env:\n( {8}- .*\n)+/, ''],
  ['the container has another name', 'name: main', 'name: other'],
  [
    'a second container',
    '    spec:\n      containers:\n',
    '    spec:\n      containers:\n      - { name: first, image: x }\n',
  ],
  ['a probe of another sort', 'httpGet: { path: /health, port: http }', 'tcpSocket: { port: http }'],
  ['a volume of another sort', 'name: scratch, emptyDir: {} }', 'name: scratch, secret: { secretName: key } }'],
  ['volumes change places', /volumes: \[(.*) \}, (\{.*)\]/, 'volumes: [$2, $1 }]'],
  ['a strategy', '  replicas: 0\n', '  replicas: 0\n  strategy: { type: Recreate }\n'],
  ['a strategy that is the default', '  replicas: 0\n', '  replicas: 0\n  strategy: { type: RollingUpdate }\n'],
  ['a null', 'labels: { app: web }, annotations', 'creationTimestamp: null, labels: { app: web }, annotations'],
  ['a limit goes', ', limits: { cpu: 500m }', ''],
  ['an amount in other words', 'cpu: 500m', 'cpu: "0.5"'],
]

const test = suite('kubectl beside real kubectl', { deadline: 120_000 })
const real = process.env.REAL_KUBECONFIG

test('nothing is compared twice', () => {
  assert.is(new Set(SAME).size, SAME.length)
})

/** Real kubectl describes the keys of a ConfigMap in the order of a Go map: by chance. */
function dataSorted(described: string): string {
  return described.replace(/(?<=\nData\n====\n)[\s\S]*(?=\nBinaryData\n)/, (data) =>
    data
      .split(/^(?=.+:\n----\n)/m)
      .sort()
      .join(''),
  )
}

if (real === undefined) test.skip('REAL_KUBECONFIG is not set')
else {
  const namespace = `kubectl-${process.pid}`
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-real-'))
  const ours = new KubectlFixture(folder, real)

  const theirs = (line: string): Promise<Ran> =>
    new Promise((resolve) => {
      const env = { ...process.env, KUBECONFIG: real }
      execFile('kubectl', line.split(' '), { cwd: folder, env, maxBuffer: 1e8 }, (error, out, err) => {
        resolve({ code: error ? 1 : 0, out, err })
      })
    })

  test.before(async () => {
    ours.file('all.yaml', MANIFEST)
    await theirs(`create namespace ${namespace}`)
    assert.is((await theirs(`-n ${namespace} apply -f all.yaml`)).code, 0)
    assert.is((await theirs(`-n ${namespace} rollout status deploy/web --timeout=30s`)).code, 0)
    await theirs(`-n ${namespace} wait --for=create sa/default --timeout=10s`)
  })
  test.after(async () => {
    await theirs(`delete namespace ${namespace} --wait=false`)
    rmSync(folder, { recursive: true })
  })

  for (const line of SAME) {
    test(line, async () => {
      const [expected, found] = [await theirs(`-n ${namespace} ${line}`), await ours.kubectl(`-n ${namespace} ${line}`)]
      // An age may have grown between the two.
      const timeless = ({ code, out, err }: Ran) => ({
        code,
        // Printed by kubectl until 1.33.
        out: dataSorted(out)
          .replace(/^ *"?creationTimestamp"?: null,?\n/gm, '')
          .replace(/\b\d+s\b|\b\d+m\d+s\b/g, 'AGE')
          .replace(/AGE +/g, 'AGE '),
        // client-go's own log: an aggregated API, such as the metrics', that does not answer at the moment
        err: err.replace(/^E\d{4} .*\n/gm, ''),
      })
      assert.equal(timeless(found), timeless(expected))
    })
  }

  test('what ours applied, real kubectl finds unchanged, and the other way round', async () => {
    ours.file('changed.yaml', MANIFEST.replace('GREETING: Hello', 'GREETING: Hi').replace('500m', '600m'))
    const applied = await ours.kubectl(`-n ${namespace} apply -f changed.yaml`)
    assert.is(
      applied.out,
      'configmap/settings configured\nsecret/key unchanged\ndeployment.apps/web configured\nservice/web unchanged\n',
    )
    assert.not.match((await theirs(`-n ${namespace} apply -f changed.yaml`)).out, 'configured')
    await theirs(`-n ${namespace} apply -f all.yaml`)
    assert.not.match((await ours.kubectl(`-n ${namespace} apply -f all.yaml`)).out, 'configured')
  })

  test('what apply sends is the patch that real kubectl sends', async () => {
    const documents = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject)
    const live = JSON.parse((await theirs(`-n ${namespace} get deploy web -o json`)).out) as KubeObject
    for (const [what, old, replacement] of EDITS) {
      const text = MANIFEST.replace(old, replacement)
      assert.is.not(text, MANIFEST, what)
      ours.file('edited.yaml', text)
      const { err } = await theirs(`-n ${namespace} apply -f edited.yaml --dry-run=server -v=9`)
      const sent = [...err.matchAll(/"Request Body" body=("\{.*\}")/g)].map(([, body = '']) =>
        JSON.parse(JSON.parse(body)),
      )
      const edited = documents(text).find(({ kind }) => kind === 'Deployment') as KubeObject
      const next = withLastApplied(edited, namespace)
      const patch = threeWayPatch(edited, { last: lastAppliedOf(live) ?? {}, next, live })
      assert.equal(sent, patch ? [patch.body] : [], what)
    }
  })
}

test.run()
