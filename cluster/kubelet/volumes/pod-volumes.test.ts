import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import type { ConfigMap, Container, Pod, Secret, Volume } from '../../apimachinery/objects.ts'
import { MissingReference, type Sources } from '../environment/environment.ts'
import { mounts } from './mounts.ts'
import { PodVolumes } from './pod-volumes.ts'

const test = suite('volumes of a pod')
const place = { podIP: '10.244.1.7', hostIP: '10.0.0.1', allocatable: { cpu: '2', memory: '4Gi' } }
let folder: string
let data: Record<string, string>
let volumes: PodVolumes

const sources: Sources = {
  async configMap(_, name) {
    if (name !== 'settings') throw new MissingReference(`configmap "${name}" not found`)
    return { data } as unknown as ConfigMap
  },
  async secret(_, name) {
    if (name !== 'keys') throw new MissingReference(`secret "${name}" not found`)
    return { data: { token: Buffer.from('s3cret').toString('base64') } } as unknown as Secret
  },
}

function podWith(volume: object, mount: object = {}): Pod {
  const volumeMounts = [{ name: 'v', mountPath: '/v', ...mount }]
  return {
    metadata: { name: 'web', namespace: 'shop', uid: 'u-1', labels: { b: '2', a: '1' } },
    spec: {
      containers: [{ name: 'c', image: 'app:1.0', volumeMounts }],
      volumes: [{ name: 'v', ...volume } as Volume],
    },
    status: {},
  } as unknown as Pod
}
const read = (...names: string[]) => readFile(path.join(volumes.path('v'), ...names), 'utf8')
const mountOf = async (pod: Pod) => (await mounts(pod, pod.spec.containers[0] as Container, {}, volumes))[0]
async function refusal(pod: Pod): Promise<string> {
  try {
    await volumes.setUp(pod, place)
  } catch (error) {
    return (error as Error).message
  }
  return 'no error'
}

test.before.each(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'volumes-'))
  data = { greeting: 'Hello', other: 'x' }
  volumes = new PodVolumes(folder, sources)
})
test.after.each(() => rm(folder, { recursive: true, force: true }))

test('a configMap is a folder of links through ..data', async () => {
  await volumes.setUp(podWith({ configMap: { name: 'settings' } }), place)
  assert.is(await read('greeting'), 'Hello')
  if (process.platform !== 'win32') {
    assert.is(await readlink(path.join(volumes.path('v'), 'greeting')), path.join('..data', 'greeting'))
  }
})

test('a change of the configMap arrives: changed, new and removed keys', async () => {
  const pod = podWith({ configMap: { name: 'settings' } })
  await volumes.setUp(pod, place)
  data = { greeting: 'Good evening', fresh: 'yes' }
  await volumes.setUp(pod, place)
  assert.is(await read('greeting'), 'Good evening')
  assert.is(await read('fresh'), 'yes')
  const names = (await readdir(volumes.path('v'))).filter((name) => !name.startsWith('..'))
  assert.equal(names.sort(), ['fresh', 'greeting'])
})

test('what does not change is not written again', async () => {
  const pod = podWith({ configMap: { name: 'settings' } })
  await volumes.setUp(pod, place)
  const before = await readdir(volumes.path('v'))
  await volumes.setUp(pod, place)
  assert.equal(await readdir(volumes.path('v')), before)
})

test('items choose keys, paths and modes', async () => {
  const items = [{ key: 'greeting', path: 'deep/er/hello.txt', mode: 0o400 }]
  await volumes.setUp(podWith({ configMap: { name: 'settings', items } }), place)
  assert.is(await read('deep', 'er', 'hello.txt'), 'Hello')
  if (process.platform !== 'win32') {
    assert.is((await stat(path.join(volumes.path('v'), 'deep', 'er', 'hello.txt'))).mode & 0o777, 0o400)
  }
})

test('what is missing is said as Kubernetes says it', async () => {
  const said = 'MountVolume.SetUp failed for volume "v" :'
  assert.is(await refusal(podWith({ configMap: { name: 'y' } })), `${said} configmap "y" not found`)
  assert.is(await refusal(podWith({ secret: { secretName: 'y' } })), `${said} secret "y" not found`)
  const items = [{ key: 'nokey', path: 'p' }]
  assert.is(
    await refusal(podWith({ configMap: { name: 'settings', items } })),
    `${said} configmap references non-existent config key: nokey`,
  )
  assert.is(
    await refusal(podWith({ secret: { secretName: 'keys', items } })),
    `${said} references non-existent secret key: nokey`,
  )
  const projections = [{ configMap: { name: 'nope' } }, { secret: { name: 'nope2' } }]
  assert.is(
    await refusal(podWith({ projected: { sources: projections } })),
    `${said} [configmap "nope" not found, secret "nope2" not found]`,
  )
  assert.is(await refusal(podWith({ configMap: { name: 'y', optional: true } })), 'no error')
})

test('hostPath is refused', async () => {
  assert.match(await refusal(podWith({ hostPath: { path: '/etc' } })), /volumes of type hostPath are not available/)
})

test('a volume that nobody mounts is not made', async () => {
  const pod = podWith({ configMap: { name: 'y' } }, { name: 'another' })
  assert.is(await refusal(pod), 'no error')
})

test('the projected volume of a service account: a token that stays, and fields', async () => {
  const fields = [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }]
  const projections = [{ serviceAccountToken: { path: 'token' } }, { downwardAPI: { items: fields } }]
  const pod = podWith({ projected: { sources: projections } })
  await volumes.setUp(pod, place)
  const token = await read('token')
  assert.ok(token.length > 40)
  assert.is(await read('labels'), 'a="1"\nb="2"')
  await volumes.setUp(pod, place)
  assert.is(await read('token'), token)
})

test('a subPath of a configMap is a copy that stays as it is', async () => {
  const pod = podWith({ configMap: { name: 'settings' } }, { mountPath: '/etc/hello', subPath: 'greeting' })
  await volumes.setUp(pod, place)
  const mount = await mountOf(pod)
  data = { greeting: 'changed' }
  await volumes.setUp(pod, place)
  assert.is(await readFile(mount?.source ?? '', 'utf8'), 'Hello')
  assert.is(mount?.readOnly, true)
})

test('a subPath of an emptyDir is made in it, and may not lead out', async () => {
  const pod = podWith({ emptyDir: {} }, { subPath: 'a/b' })
  await volumes.setUp(pod, place)
  const mount = await mountOf(pod)
  assert.ok((await stat(mount?.source ?? '')).isDirectory())
  assert.is(mount?.readOnly, false)
  for (const subPath of ['../..', '/etc', 'a/../../..']) {
    let message = 'no error'
    await mountOf(podWith({ emptyDir: {} }, { subPath })).catch((error: Error) => {
      message = error.message
    })
    assert.match(message, /leads out of the volume/)
  }
})

test.run()
