import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { judgeFiles } from '../check/judge-files.ts'
import { objectsOf } from '../files/parse.ts'
import { SourceFile } from '../files/source-file.ts'

const test = suite('rules over the files of an exercise')

const deployment = (spec = '', container = '', labels = '{app: a}') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: ${labels}}
    spec:
      containers:
        - name: server
          image: starter-app:1.0
          ports: [{name: http, containerPort: 3000}]
${container}
${spec}`
const service = (selector: string, port = '{port: 80, targetPort: 3000}') =>
  `---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  selector: ${selector}\n  ports: [${port}]\n`

function found(text: string): string[] {
  const { objects, findings } = objectsOf(new SourceFile('a.yaml', text))
  return [...findings, ...judgeFiles(objects, 'lesson-00')].map(
    ({ code, level, place }) => `${level} ${code} ${place?.line}`,
  )
}

test('a sound Deployment with its Service gives nothing', () => {
  assert.equal(found(deployment() + service('{app: a}')), [])
  assert.equal(found(deployment() + service('{app: a}', '{port: 80, targetPort: http}')), [])
})

test('a Service is not told that it finds nobody while a Deployment is set aside for its shape', () => {
  const other = `---\n${deployment('', '          env: [{name: PORT, value: 4000}]').replaceAll('a}', 'b}')}`
  assert.equal(found(`${deployment()}${other}${service('{app: b}')}`), ['error wrong-type 27'])
  assert.equal(found(`${deployment()}${service('{app: b}')}`), ['error service-selects-nobody 19'])
})

test('labels that a selector does not find are said once, at the selector', () => {
  assert.equal(found(deployment('', '', '{app: b}')), ['error selector-misses-template 5'])
})

test('a Service that selects no pod of the files points at its label, and at where labels are set', () => {
  const text = deployment() + service('{app: b}')
  assert.equal(found(text), ['error service-selects-nobody 19'])
  const { objects } = objectsOf(new SourceFile('a.yaml', text))
  const [finding] = judgeFiles(objects, 'lesson-00')
  assert.is(finding?.message, 'no pod carries the label app=b; the pods of deployment/a carry app=a')
  assert.equal(finding?.more, ['labels are set in a.yaml:7'])
})

test('a Service without any pod in the files may be right', () => {
  assert.equal(found(service('{app: b}').replace('---\n', '')), [])
})

test('a named targetPort must exist; a number that nobody declares is a note', () => {
  assert.equal(found(deployment() + service('{app: a}', '{port: 80, targetPort: web}')), [
    'error target-port-unnamed 20',
  ])
  assert.equal(found(deployment() + service('{app: a}', '{port: 80, targetPort: 8080}')), [
    'note target-port-elsewhere 20',
  ])
  assert.equal(found(deployment() + service('{app: a}', '{port: 80}')), ['note target-port-elsewhere 20'])
})

test('a probe at a port name that the container lacks cannot work', () => {
  const probe = (port: string) => `          livenessProbe: {httpGet: {path: /health, port: ${port}}}`
  assert.equal(found(deployment('', probe('http'))), [])
  assert.equal(found(deployment('', probe('web'))), ['error probe-port-unnamed 13'])
  assert.equal(found(deployment('', probe('8080'))), ['note probe-port-elsewhere 13'])
})

test('what a pod refers to may be in the cluster; a key that a file lacks is not', () => {
  const from = (key: string) =>
    `          env: [{name: X, valueFrom: {configMapKeyRef: {name: settings, key: ${key}}}}]`
  const settings = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {greeting: hi}\n'
  assert.equal(found(deployment('', from('greeting'))), ['note nobody-makes-it 13'])
  assert.equal(found(deployment('', from('greeting')) + settings), [])
  assert.equal(found(deployment('', from('colour')) + settings), ['error no-such-key 13'])
})

test('objects twice, other namespaces and moving images', () => {
  const map = (metadata: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\n`
  assert.equal(found(`${map('{name: a}')}---\n${map('{name: a}')}`), ['note object-twice 7'])
  assert.equal(found(map('{name: a, namespace: default}')), ['error other-namespace 3'])
  assert.equal(found(map('{name: a, namespace: lesson-00}')), [])
  assert.equal(found(deployment().replace('starter-app:1.0', 'nginx')), ['note image-moves 11'])
  assert.equal(found(deployment().replace('starter-app:1.0', 'host:5000/nginx:1.2')), [])
})

test.run()
