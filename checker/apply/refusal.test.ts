import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { Refusal } from '../cluster/objects.ts'
import { objectsOf } from '../files/parse.ts'
import { SourceFile } from '../files/source-file.ts'
import { refusalFindings } from './refusal.ts'

const test = suite('what the server refused')

function findingsOf(kind: string, field: string, message: string) {
  const file = new SourceFile('a.yaml', `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: reader\nspec:\n  x: 1\n`)
  const [manifest] = objectsOf(file).objects
  if (!manifest) throw new Error('there is no manifest')
  const status = { kind: 'Status', message: `it is invalid: ${message}`, details: { causes: [{ field, message }] } }
  return refusalFindings(new Refusal({ status: 422, text: JSON.stringify(status), warnings: [] }), manifest)
}

test('of a pod that may not be changed the way on is told, and not the server’s own structures', () => {
  const words =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`\n@@ -1,3 +1,3 @@\n- a\n+ b\n'
  const [found] = findingsOf('Pod', 'spec', words)
  assert.match(found?.message ?? '', 'pod updates may not change fields')
  assert.not.match(found?.message ?? '', '@@')
  assert.match(found?.more?.join('\n') ?? '', 'kubectl delete pod reader')
})

test('a field that cannot be changed is told from one that has a wrong value', () => {
  const [fixed] = findingsOf('Deployment', 'spec.selector', 'Invalid value: {}: field is immutable')
  assert.match(fixed?.more?.join('\n') ?? '', 'kubectl delete deployment reader')
  const [wrong] = findingsOf('Deployment', 'spec.x', 'Invalid value: 1: must be a text')
  assert.equal(wrong?.more ?? [], [])
})

test.run()
