/**
 * Commands that make objects without a file, by real kubectl, which sends many of them as protobuf. With REAL_KUBECONFIG, each object
 * is also what the real API server makes of the same command.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { kubectlWithServer } from '../../checker/kubectl/test/kubectl-fixture.ts'
import { selfSignedCertificate } from '../../cluster/daemon/certificate.ts'
import { suite } from '../harness/suite.ts'
import { until } from '../harness/until.ts'
import { kubectlBinaries } from './binaries.ts'
import { IMPERATIVE } from './imperative.ts'
import { Kubectl } from './kubectl.ts'

const DEADLINE_MS = 60_000
const real = process.env.REAL_KUBECONFIG

const binaries = kubectlBinaries()
if (binaries.length === 0) {
  const test = suite('kubectl without files')
  test.skip('real kubectl on an API server of ours: none is installed, KUBECTL_BINARIES names none')
  test.run()
}
for (const [index, binary] of binaries.entries()) story(binary, `imperative-${process.pid}-${index}`)

function story(binary: string, namespace: string): void {
  const test = suite(`${binary} without files`, { deadline: DEADLINE_MS })
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-imperative-'))
  let ours: Awaited<ReturnType<typeof kubectlWithServer>>
  let kubectl: Kubectl
  let theirs: Kubectl | undefined

  test.before(async () => {
    const valid = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) }
    const { certificate, key } = selfSignedCertificate({
      commonName: 'door',
      dnsNames: ['door'],
      addresses: [],
      ...valid,
    })
    writeFileSync(path.join(folder, 'door.crt'), certificate)
    writeFileSync(path.join(folder, 'door.key'), key)
    ours = await kubectlWithServer()
    kubectl = new Kubectl(binary, ours.fixture.kubeconfig, namespace)
    assert.is(await kubectl.ok(`create namespace ${namespace}`), `namespace/${namespace} created\n`)
    // No controller runs there that would.
    await kubectl.ok('create serviceaccount default')
    if (!real) return
    const there = new Kubectl(binary, real, namespace)
    theirs = there
    await there.ok(`create namespace ${namespace}`)
    // kubectl waits for a creation since 1.31
    await until('the ServiceAccount is there', async () => (await there.run('get sa default')).code === 0, {
      within: 20_000,
    })
  })
  test.after(async () => {
    await theirs?.run(`delete namespace ${namespace} --wait=false`)
    theirs?.close()
    kubectl?.close()
    await ours?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  if (!real) test.skip('each object is what the real API server makes of the same command: REAL_KUBECONFIG is not set')
  for (const { line, said, object } of IMPERATIVE) {
    test(line, async () => {
      const words = line.replaceAll(/=(door\.\w+)/g, (_, file: string) => `=${path.join(folder, file)}`)
      assert.is(await kubectl.ok(words), said)
      if (!theirs) return
      assert.is(await theirs.ok(words), said)
      if (!object) return
      const read = `get ${object} -o json --show-managed-fields`
      const [found, expected] = await Promise.all([kubectl.ok(read), theirs.ok(read)])
      assert.equal(madeByCommand(found), madeByCommand(expected))
    })
  }

  test('who I am', async () => {
    const printed = await kubectl.ok('auth whoami')
    assert.match(
      printed,
      /^ATTRIBUTE +VALUE\nUsername +kubernetes-admin\nGroups +\[system:masters system:authenticated\]\n$/,
    )
  })

  test('what is there already, has no good name or is not served is refused', async () => {
    const again = await kubectl.refused('create deployment web --image=nginx:1')
    assert.is(again, 'error: failed to create deployment: deployments.apps "web" already exists\n')
    const bad = await kubectl.refused('create configmap Bad_Name --from-literal=a=b')
    assert.match(
      bad,
      'error: failed to create configmap: ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value:',
    )
    const tried = await kubectl.ok('create deployment tried --image=nginx:1 --dry-run=server')
    assert.is(tried, 'deployment.apps/tried created (server dry run)\n')
    assert.match(await kubectl.refused('get deployment tried'), 'deployments.apps "tried" not found')
    assert.match(
      await kubectl.refused('create quota q --hard=cpu=1'),
      'the server could not find the requested resource',
    )
  })

  test.run()
}

/** Given by each server anew, or by its controllers, scheduler and kubelet. */
const MASKED = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'time',
]

function madeByCommand(json: string): object {
  const object = JSON.parse(json, (key, value) => (MASKED.includes(key) && value !== 'None' ? undefined : value))
  const { status: _, ...made } = object
  const own = ((made.metadata.managedFields ?? []) as { manager: string }[]).filter(({ manager }) =>
    manager.startsWith('kubectl'),
  )
  delete made.metadata.annotations?.['deployment.kubernetes.io/revision']
  if (made.metadata.annotations && Object.keys(made.metadata.annotations).length === 0) delete made.metadata.annotations
  if (made.kind === 'Pod') made.spec = withoutNode(made.spec)
  return { ...made, metadata: { ...made.metadata, managedFields: own } }
}

/** What the scheduler and the admission of a service account's token put into a pod. */
function withoutNode({
  nodeName: _,
  volumes: __,
  ...spec
}: {
  nodeName?: string
  volumes?: object
  containers: object[]
}) {
  const containers = spec.containers.map((container) => ({ ...container, volumeMounts: undefined }))
  return { ...spec, containers: JSON.parse(JSON.stringify(containers)) }
}
