import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import type { PodTemplate } from '../../apimachinery/objects.ts'
import { replicaSetName, templateHash } from './template-hash.ts'

const test = suite('template hash')

const template = (image: string) =>
  ({ metadata: { labels: { app: 'web', tier: 'x' } }, spec: { containers: [{ name: 'a', image }] } }) as PodTemplate

test('the same template has the same hash, whatever the order of its keys', () => {
  const turned = { spec: template('a:1').spec, metadata: { labels: { tier: 'x', app: 'web' } } } as PodTemplate
  assert.is(templateHash(template('a:1')), templateHash(turned))
  assert.match(templateHash(template('a:1')), /^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/)
})

test('another template has another hash, and so has the same one after a collision', () => {
  assert.is.not(templateHash(template('a:1')), templateHash(template('a:2')))
  const afterCollisions = [0, 1, 2].map((count) => templateHash(template('a:1'), count))
  assert.is(new Set(afterCollisions).size, 3)
})

test('a name too long for a ReplicaSet is cut, and its hash is not', () => {
  assert.is(replicaSetName('web', 'abc'), 'web-abc')
  const name = replicaSetName('x'.repeat(253), '5d59d67564')
  assert.is(name.length, 253)
  assert.ok(name.endsWith('x-5d59d67564'))
})

test.run()
