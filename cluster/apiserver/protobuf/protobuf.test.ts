import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { ApiError } from '../../apimachinery/errors.ts'
import { ServerUnderTest } from '../http/server-under-test.ts'
import { decodeProtobuf } from './decode-object.ts'
import { SENT } from './sent-by-kubectl.ts'

const test = suite('protobuf bodies')
const PROTOBUF = { 'content-type': 'application/vnd.kubernetes.protobuf' }
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' }
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' }
const nowhere = () => Promise.reject(new Error('there is no node'))
const connector = { logs: nowhere, dial: nowhere, reach: nowhere, localhost: nowhere }

const hex = (text: string) => Buffer.from(text).toString('hex')
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])
/** A field whose bytes have their length before them. */
const field = (number: number, content: string) =>
  Buffer.from([...varint(number * 8 + 2), ...varint(content.length / 2)]).toString('hex') + content
const enveloped = (apiVersion: string, kind: string, raw: string) =>
  `6b387300${field(1, field(1, hex(apiVersion)) + field(2, hex(kind)))}${field(2, raw)}`
const named = (name: string) => field(1, field(1, hex(name)))
const bytes = (text: string) => Buffer.from(text, 'hex')
const configMap = (raw: string) => decodeProtobuf(bytes(enveloped('v1', 'ConfigMap', raw)), CONFIG_MAP)

function refusal(body: string, expected = CONFIG_MAP): string {
  try {
    decodeProtobuf(bytes(body), expected)
  } catch (error) {
    if (error instanceof ApiError && error.status.code === 400) return error.message
    throw error
  }
  throw new Error('it was taken')
}

test('what kubectl create deployment sends: a pointer keeps its zero, other zeros are gone', () => {
  const labels = { app: 'web0' }
  const container = { name: 'nginx', image: 'nginx', command: ['sleep', '1'], resources: {} }
  assert.equal(
    decodeProtobuf(bytes(SENT['create deployment web0 --image=nginx --replicas=0 -- sleep 1']), DEPLOYMENT),
    {
      ...DEPLOYMENT,
      metadata: { name: 'web0', namespace: 'pb-36', labels },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
        strategy: {},
      },
      status: {},
    },
  )
})

test('bytes are base64, a target port is a number', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret' }
  assert.equal(decodeProtobuf(bytes(SENT['create secret generic sec --from-literal=a=b']), secret), {
    ...secret,
    metadata: { name: 'sec', namespace: 'pb-36' },
    data: { a: 'Yg==' },
  })
  const service = { apiVersion: 'v1', kind: 'Service' }
  const sent = bytes(SENT['create service nodeport sn --tcp=80 --node-port=31123'])
  const { spec } = decodeProtobuf(sent, service) as { spec: object }
  const ports = [{ name: '80', protocol: 'TCP', port: 80, targetPort: 80, nodePort: 31123 }]
  assert.equal(spec, { ports, selector: { app: 'sn' }, type: 'NodePort' })
})

test('inline messages lie in their parent; amounts, times and texts for ports have their own forms', () => {
  const source = field(1, field(1, hex('settings')))
  const key = field(1, field(1, hex('map'))) + field(2, hex('key'))
  const env = field(1, hex('NAME')) + field(3, field(3, key))
  const volume = field(1, hex('v')) + field(2, field(19, source))
  const limits = field(1, field(1, hex('cpu')) + field(2, field(1, hex('500m'))))
  const probe = field(1, field(2, field(1, hex('/')) + field(2, `0801${field(3, hex('http'))}`)))
  const container = field(1, hex('c')) + field(7, env) + field(8, limits) + field(10, probe)
  const metadata = field(1, field(1, hex('p')) + field(8, '0880e2cfaa06'))
  const pod = { apiVersion: 'v1', kind: 'Pod' }
  const raw = metadata + field(2, field(1, volume) + field(2, container))
  assert.equal(decodeProtobuf(bytes(enveloped('v1', 'Pod', raw)), pod), {
    ...pod,
    metadata: { name: 'p', creationTimestamp: '2023-11-14T22:13:20Z' },
    spec: {
      volumes: [{ name: 'v', configMap: { name: 'settings' } }],
      containers: [
        {
          name: 'c',
          env: [{ name: 'NAME', valueFrom: { configMapKeyRef: { name: 'map', key: 'key' } } }],
          resources: { limits: { cpu: '500m' } },
          livenessProbe: { httpGet: { path: '/', port: 'http' } },
        },
      ],
    },
  })
})

test('unknown fields are passed over, groups too; the last of two counts; what has no kind is what is expected', () => {
  const expected = { ...CONFIG_MAP, metadata: { name: 'x' } }
  assert.equal(configMap(`${named('x')}f80101`), expected)
  assert.equal(configMap(`${named('x')}fb01fc01`), expected)
  assert.equal(configMap(named('w') + named('x')), expected)
  assert.equal(decodeProtobuf(bytes(`6b387300${field(2, named('x'))}`), CONFIG_MAP), expected)
})

test('an entry of a map may have no value, an odd key and more than it should', () => {
  const entry = (content: string) => (configMap(field(2, content)) as { data: object }).data
  assert.equal(entry(field(1, hex('k'))), { k: '' })
  assert.equal(entry(`${field(1, hex('k')) + field(2, hex('v'))}1801`), { k: 'v' })
  assert.equal(Object.entries(entry(field(1, hex('__proto__')) + field(2, hex('v')))), [['__proto__', 'v']])
})

test('what is no such body is refused in the words of Kubernetes', () => {
  const unrecognised = 'the object provided is unrecognized (must be of type ConfigMap): '
  const prefix = 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'
  const cannot = 'ConfigMap in version "v1" cannot be handled as a ConfigMap: '
  const raw = (content: string) => refusal(enveloped('v1', 'ConfigMap', content))
  assert.is(refusal(''), `${unrecognised}empty data (<empty>)`)
  assert.is(refusal('6b387300'), `${unrecognised}empty body (6b387300)`)
  assert.is(refusal('deadbeef'), `${unrecognised}${prefix} (deadbeef)`)
  assert.is(refusal(hex('{"a":1}')), `${unrecognised}${prefix} ({"a":1})`)
  assert.is(refusal('6b387300ffffff'), `${unrecognised}unexpected EOF (6b387300ffffff)`)
  assert.is(raw('0801'), `${cannot}proto: wrong wireType = 0 for field ObjectMeta`)
  assert.is(raw('0f'), `${cannot}proto: wrong wireType = 7 for field ObjectMeta`)
  assert.is(raw('0001'), `${cannot}proto: ConfigMap: illegal tag 0 (wire type 0)`)
  assert.is(raw('0c'), `${cannot}proto: ConfigMap: wiretype end group for non-group`)
  assert.is(raw('0a10'), `${cannot}unexpected EOF`)
  assert.is(raw('0affffffffffffffffff01'), `${cannot}proto: negative length found during unmarshaling`)
  assert.is(raw('0affffffffffffffffffff01'), `${cannot}proto: integer overflow`)
  assert.is(raw(`${named('x')}fb01fb01`), `${cannot}unexpected EOF`)
  const other = SENT['create deployment web --image=nginx --replicas=2 --port=80']
  assert.is(
    refusal(other),
    'Deployment in version "v1" cannot be handled as a ConfigMap: converting (v1.Deployment) to (core.ConfigMap): unknown conversion',
  )
  const scheme = 'in scheme "pkg/runtime/scheme.go:110"'
  assert.is(
    refusal(enveloped('foo/v1', 'Foo', '')),
    `Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "foo/v1" ${scheme}`,
  )
  const limits = field(8, field(1, field(1, hex('cpu')) + field(2, field(1, hex('foo')))))
  const pod = enveloped('v1', 'Pod', field(2, field(2, limits)))
  assert.match(refusal(pod, { apiVersion: 'v1', kind: 'Pod' }), 'quantities must match the regular expression')
})

test('a server takes a body as what it is as JSON, for any verb; a patch is none', async () => {
  const api = await ServerUnderTest.start(connector)
  try {
    const send = async (method: string, path: string, body: string) => {
      const headers = { ...PROTOBUF, 'content-length': String(body.length / 2) }
      const { status, text } = await api.ask(path, { method, headers, body: bytes(body) })
      return { ...(JSON.parse(text) as { message?: string; data?: object }), answered: status }
    }
    const maps = '/api/v1/namespaces/default/configmaps'
    const map = (value: string) =>
      enveloped('v1', 'ConfigMap', named('m') + field(2, field(1, hex('k')) + field(2, hex(value))))
    assert.is((await send('POST', maps, map('1'))).answered, 201)
    assert.is((await send('POST', maps, map('1'))).answered, 409)
    assert.equal((await send('PUT', `${maps}/m`, map('2'))).data, { k: '2' })
    assert.is((await send('PATCH', `${maps}/m`, map('3'))).message, '415: Unsupported Media Type')
    const web = SENT['create deployment web --image=nginx --replicas=2 --port=80'].replaceAll(
      hex('pb-36'),
      hex('other'),
    )
    const misplaced = await send('POST', '/apis/apps/v1/namespaces/default/deployments', web)
    assert.match(String(misplaced.message), 'the namespace of the provided object does not match the namespace sent')
    const options = (raw: string, kind = 'DeleteOptions') => enveloped('v1', kind, raw)
    const wrong = await send('DELETE', `${maps}/m`, options('0a05'))
    assert.equal([wrong.answered, wrong.message], [500, 'proto: wrong wireType = 2 for field GracePeriodSeconds'])
    const foreign = await send('DELETE', `${maps}/m`, options('', 'ConfigMap'))
    assert.match(String(foreign.message), 'no kind "ConfigMap" is registered for version "v1"')
    const policy = await send('DELETE', `${maps}/m`, options(field(4, hex('Foo'))))
    assert.match(String(policy.message), 'propagationPolicy: Unsupported value: "Foo"')
    assert.is((await send('DELETE', `${maps}/m`, options('0805'))).answered, 200)
    assert.is((await send('DELETE', `${maps}/m`, options('0805'))).answered, 404)
  } finally {
    await api.close()
  }
})

/** Numbers that look random and are the same in each run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

test('whatever bytes come, the answer is an object or a refusal', async () => {
  const random = numbers(1)
  const originals = Object.values(SENT).map(bytes)
  const body = () => {
    const copy = Buffer.from(originals[random(originals.length)] as Buffer)
    for (let changes = random(6); changes >= 0; changes--) copy[random(copy.length)] = random(256)
    return random(4) === 0 ? copy.subarray(0, random(copy.length)) : copy
  }
  for (let tried = 0; tried < 5000; tried++) {
    try {
      decodeProtobuf(body(), DEPLOYMENT)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status.code !== 400) throw error
    }
  }
  const api = await ServerUnderTest.start(connector)
  try {
    const path = '/apis/apps/v1/namespaces/default/deployments?dryRun=All'
    for (let tried = 0; tried < 40; tried++) {
      const { status } = await api.ask(path, { method: 'POST', headers: PROTOBUF, body: body() })
      assert.ok([201, 400, 422].includes(status), String(status))
    }
  } finally {
    await api.close()
  }
})

test.run()
