import * as assert from 'uvu/assert'
import { selfSignedCertificate } from '../../../cluster/daemon/certificate.ts'
import { suite } from '../../../test/harness/suite.ts'
import { type KubectlFixture, kubectlWithServer } from '../test/kubectl-fixture.ts'

const test = suite('kubectl create without a file')
let fixture: KubectlFixture
let close: () => Promise<void>

test.before(async () => {
  ;({ fixture, close } = await kubectlWithServer())
})
test.after(() => close())

async function ok(line: string): Promise<string> {
  const { code, out, err } = await fixture.kubectl(line)
  assert.is(code, 0, err)
  return out
}

async function fails(line: string): Promise<string> {
  const { code, err } = await fixture.kubectl(line)
  assert.is(code, 1)
  return err
}

function certificate(name: string): void {
  const valid = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) }
  const pair = selfSignedCertificate({ commonName: name, dnsNames: [name], addresses: [], ...valid })
  fixture.file(`${name}.crt`, pair.certificate)
  fixture.file(`${name}.key`, pair.key)
}

test('every sort of service', async () => {
  assert.is(await ok('create service clusterip plain --tcp=80:8080'), 'service/plain created\n')
  await ok('create svc nodeport node --tcp=80:http --node-port=30123')
  await ok('create service loadbalancer lb --tcp=80')
  await ok('create service externalname away --external-name=example.com')
  const path = '{.spec.type} {.spec.ports[0].port} {.spec.ports[0].targetPort} {.spec.selector.app}'
  const read = async (name: string) => (await fixture.kubectl(['get', 'svc', name, '-o', `jsonpath=${path}`])).out
  assert.is(await read('plain'), 'ClusterIP 80 8080 plain')
  assert.is(await read('node'), 'NodePort 80 http node')
  assert.is(await read('lb'), 'LoadBalancer 80 80 lb')
  assert.is(await ok('get svc node -o jsonpath={.spec.ports[0].nodePort}'), '30123')
  assert.is(await ok('get svc away -o jsonpath={.spec.externalName}'), 'example.com')
  assert.is(
    await fails('create service clusterip plain --tcp=80'),
    'error: failed to create ClusterIP service: services "plain" already exists\n',
  )
})

test('every sort of secret; a key that is not the certificate’s is refused', async () => {
  certificate('door')
  certificate('other')
  await ok('create secret tls door --cert=door.crt --key=door.key')
  assert.is(await ok('get secret door -o jsonpath={.type}'), 'kubernetes.io/tls')
  assert.is(
    await fails('create secret tls wrong --cert=door.crt --key=other.key'),
    'error: tls: private key does not match public key\n',
  )
  await ok('create secret docker-registry pull --docker-username=u --docker-password=p --docker-server=s')
  const config = await ok('get secret pull -o jsonpath={.data.\\.dockerconfigjson}')
  assert.equal(JSON.parse(Buffer.from(config, 'base64').toString()), {
    auths: { s: { username: 'u', password: 'p', auth: 'dTpw' } },
  })
  await ok('create secret generic key --from-literal=a=b')
  assert.is(await ok('get secret key -o jsonpath={.type},{.data.a}'), 'Opaque,Yg==')
})

test('a first manifest is written by a dry run, and can be applied', async () => {
  const manifest = await ok(
    'create deployment web --image=starter-app:1.0 --replicas=2 --port=3000 --dry-run=client -o yaml',
  )
  assert.match(
    manifest,
    /^apiVersion: apps\/v1\nkind: Deployment\nmetadata:\n {2}labels:\n {4}app: web\n {2}name: web\nspec:\n/,
  )
  assert.match(await fails('get deployment web'), 'not found')
  const { out } = await fixture.kubectl('apply -f -', { stdin: manifest })
  assert.is(out, 'deployment.apps/web created\n')
})

test('what is missing or unknown is said, with what there is', async () => {
  assert.is(await fails('create deployment web'), 'error: required flag(s) "image" not set\n')
  assert.is(await fails('create service externalname x'), 'error: required flag(s) "external-name" not set\n')
  assert.match(await fails('create service'), 'a service is one of clusterip, nodeport, loadbalancer, externalname')
  assert.match(await fails('create secret tls'), 'exactly one NAME is required, got 0')
  assert.match(await fails('create quota q'), 'creates deployment, namespace, configmap, secret generic')
})

test('run with a service; resources are set; who I am', async () => {
  await ok('create serviceaccount default')
  assert.is(await ok('run web --image=starter-app:1.0 --port=3000 --expose'), 'service/web created\npod/web created\n')
  assert.is(await ok('get svc web -o jsonpath={.spec.selector.run}'), 'web')
  assert.is(
    await ok('set resources deployment/web --limits=cpu=1,memory=64Mi'),
    'deployment.apps/web resource requirements updated\n',
  )
  assert.is(await ok('get deploy web -o jsonpath={.spec.template.spec.containers[0].resources.limits.memory}'), '64Mi')
  assert.match(
    await ok('auth whoami'),
    /^ATTRIBUTE {3}VALUE\nUsername {4}kubernetes-admin\nGroups {6}\[system:masters /,
  )
  assert.is(await ok('auth can-i create pods'), 'yes\n')
  assert.is(await ok('auth can-i create pods --quiet'), '')
})

test.run()
