import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { kubectlWithServer } from './test/kubectl-fixture.ts'

const test = suite('kubectl create --raw')

test('sends a file, or stdin, to a path of the API as it is', async () => {
  const { fixture, close } = await kubectlWithServer()
  try {
    const namespace = (name: string) => JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    fixture.file('namespace.json', namespace('one'))
    const made = await fixture.kubectl('create --raw /api/v1/namespaces -f namespace.json')
    assert.is(made.err, '')
    assert.is(JSON.parse(made.out).metadata.name, 'one')
    const piped = await fixture.kubectl('create --raw /api/v1/namespaces -f -', { stdin: namespace('two') })
    assert.is(JSON.parse(piped.out).metadata.name, 'two')
    assert.is((await fixture.kubectl('get namespace one two -o name')).out, 'namespace/one\nnamespace/two\n')
    const without = await fixture.kubectl('create --raw /api/v1/namespaces')
    assert.is(without.code, 1)
    assert.match(without.err, 'single local file or stdin')
  } finally {
    await close()
  }
})

test.run()
