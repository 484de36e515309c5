import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { objectsOf } from '../files/parse.ts'
import { SourceFile } from '../files/source-file.ts'
import { serverErrors } from './server-rules.ts'

const test = suite("the API server's rules over a file")

const fields = (cpu: string) => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b, resources: {requests: {cpu: ${cpu}}}}]}
`
  return objectsOf(new SourceFile('a.yaml', text)).objects.flatMap((object) =>
    serverErrors(object, 'default').map(({ field }) => field),
  )
}

test('an amount below zero is an error, one that nobody can read is left to the server', () => {
  assert.equal(fields('100m'), [])
  assert.equal(fields('-1'), ['spec.containers[0].resources.requests[cpu]'])
  assert.equal(fields('100 milli'), [])
})

test.run()
