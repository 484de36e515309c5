/**
 * Every object of a real cluster, read as protobuf, is what it is as JSON. REAL_KUBECONFIG names the cluster; without it, this is
 * skipped.
 */
import { request } from 'node:https'
import * as assert from 'uvu/assert'
import { KubeConfig } from '../../../checker/kubectl/kubeconfig.ts'
import { suite } from '../../../test/harness/suite.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import { kinds } from '../kinds/index.ts'
import { Resources } from '../resource.ts'
import { decodeProtobuf } from './decode-object.ts'

const test = suite('protobuf of a real server', { deadline: 60_000 })
const file = process.env.REAL_KUBECONFIG

if (!file) test.skip('REAL_KUBECONFIG is not set')
else {
  const io = { env: process.env, cwd: process.cwd() } as Parameters<typeof KubeConfig.load>[0]
  const { server, ca, cert, key, insecure, authorization } = KubeConfig.load(io, { file }).connection()

  const get = (path: string, accept: string): Promise<{ code: number; body: Buffer }> =>
    new Promise((resolve, reject) => {
      const headers = { accept, ...(authorization && { authorization }) }
      request(`${server}${path}`, { ca, cert, key, headers, agent: false, rejectUnauthorized: !insecure }, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => resolve({ code: answer.statusCode ?? 0, body: Buffer.concat(parts) }))
        answer.on('error', reject)
      })
        .on('error', reject)
        .end()
    })

  for (const resource of new Resources(kinds).all) {
    test(`${resource.name}, as protobuf, is what it is as JSON`, async () => {
      const root = resource.group ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`
      const list = await get(`${root}/${resource.plural}?limit=40`, 'application/json')
      const { items } = JSON.parse(list.body.toString('utf8')) as { items: AnyObject[] }
      // Of these, a cluster may have none.
      assert.ok(items.length > 0 || ['Event', 'Secret'].includes(resource.kind))
      for (const { metadata } of items) {
        const place = metadata.namespace ? `namespaces/${metadata.namespace}/` : ''
        const path = `${root}/${place}${resource.plural}/${metadata.name}`
        const [wire, json] = await Promise.all([
          get(path, 'application/vnd.kubernetes.protobuf'),
          get(path, 'application/json'),
        ])
        const expected = JSON.parse(json.body.toString('utf8')) as AnyObject
        if (wire.code !== 200 || json.code !== 200) continue
        const found = decodeProtobuf(wire.body, resource) as AnyObject
        if (found.metadata.resourceVersion !== expected.metadata.resourceVersion) continue
        assert.equal(applyDefaults(resource.name, found), expected, path)
      }
    })
  }
}

test.run()
