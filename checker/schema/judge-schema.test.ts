import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { objectsOf } from '../files/parse.ts'
import { SourceFile } from '../files/source-file.ts'
import { judgeSchema } from './judge-schema.ts'

const test = suite('the schema of an object')

function messages(text: string): string[] {
  const { objects } = objectsOf(new SourceFile('a.yaml', text))
  return objects
    .flatMap((object) => judgeSchema(object))
    .map(({ place, message }) => `${place?.line}:${place?.column} ${message}`)
}
const service = (spec: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: ${spec}\n`
const pod = (container: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - ${container}\n`

test('unknown fields come with what was meant', () => {
  assert.equal(messages(service('{port: 80, ports: [{port: 80}]}')), [
    '4:8 unknown field "spec.port"; did you mean "ports"?',
  ])
  assert.equal(messages(pod('{name: a, image: "b:1", imagePolicy: Never}')).length, 1)
})

test('a field at the wrong level is told where it belongs', () => {
  const text =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  image: x\n  containers: [{name: a, image: "b:1"}]\n'
  assert.equal(messages(text), [
    '5:3 unknown field "spec.image"; a field of this name belongs under "spec.containers[]"',
  ])
})

test('wrong types name what is wanted and what is there', () => {
  assert.equal(messages(service('{ports: [{port: "80"}]}')), [
    '4:23 "spec.ports[0].port" wants a whole number, not the text "80"',
  ])
  assert.equal(messages(service('{ports: {port: 80}}')), ['4:15 "spec.ports" wants a list, not a map'])
  assert.equal(messages(service('{selector: {a: yes}, ports: [{port: 80}]}')), [
    '4:22 "spec.selector.a" wants a text, not true',
  ])
})

test('quantities and ports take what Kubernetes takes', () => {
  assert.equal(
    messages(pod('{name: a, image: "b:1", resources: {limits: {cpu: 2, memory: 64Mi}, requests: {cpu: 0.5}}}')),
    [],
  )
  assert.equal(
    messages(service('{ports: [{port: 80, targetPort: http}, {port: 81, targetPort: 3000, name: b}]}')).length,
    1,
  )
})

test('missing fields, words of an enum and the rules of the server', () => {
  assert.equal(messages(pod('{image: "b:1"}')), ['6:7 "spec.containers[0]" has no "name"'])
  assert.equal(messages(service('{type: loadbalancer, ports: [{port: 80}]}')), [
    '4:14 "spec.type" cannot be the text "loadbalancer"; it can be "ClusterIP", "ExternalName", "LoadBalancer" or "NodePort"',
  ])
  assert.match(
    messages(service('{ports: [{port: 0}]}'))[0] ?? '',
    /^4:\d+ "spec.ports\[0\].port": Invalid value: 0: must be between 1 and 65535/,
  )
})

test('kinds and versions', () => {
  assert.equal(messages('apiVersion: extensions/v1beta1\nkind: Deployment\n'), [
    '1:13 Deployment is not in "extensions/v1beta1"; a cluster serves it as "apps/v1"',
  ])
  assert.equal(messages('apiVersion: v1\nkind: Servise\n'), ['2:7 no kind "Servise" in v1; did you mean "Service"?'])
  assert.equal(
    messages('kind: Service\n')[0],
    '1:1 the object has no apiVersion; a cluster serves this kind under one that `kubectl api-resources` shows',
  )
  assert.equal(
    messages('apiVersion: example.com/v1\nkind: Widget\nspec: {anything: goes}\n'),
    [],
    'custom resources are the cluster’s',
  )
})

test('each is a message of its own: what is no kind, has no name, no such type or no good value', () => {
  const codes = (text: string) =>
    objectsOf(new SourceFile('a.yaml', text)).objects.flatMap((object) => judgeSchema(object).map(({ code }) => code))
  assert.equal(codes('apiVersion: v1\nmetadata: {name: a}\n'), ['kind-missing'])
  assert.equal(codes('apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n'), ['name-missing'])
  assert.equal(codes(service('{ports: [{port: "80"}]}')), ['wrong-type'])
  assert.equal([...new Set(codes(service('{ports: [{port: 0}]}')))], ['invalid-value'])
})

test.run()
