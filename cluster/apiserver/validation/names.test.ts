import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import {
  asPrefix,
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  envVarName,
  labelValue,
  portName,
  qualifiedName,
} from './names.ts'

const test = suite('names')

const cases: [(text: string) => string[], string, string[], string[]][] = [
  [dns1123Label, 'dns1123Label', ['a', 'a-1', '1a', 'a'.repeat(63)], ['', 'A', 'a.b', '-a', 'a-', 'a'.repeat(64)]],
  [dns1123Subdomain, 'dns1123Subdomain', ['a.b', '1.2.3'], ['a..b', '.a', 'a_b', 'a'.repeat(254)]],
  [dns1035Label, 'dns1035Label', ['a1'], ['1a', 'a.b']],
  [qualifiedName, 'qualifiedName', ['a', 'A_b.c', 'example.com/a'], ['', '/a', 'a/', 'a/b/c', 'Bad/a', 'a b']],
  [labelValue, 'labelValue', ['', 'a', 'A.b_c-1'], ['-a', 'a b', 'a'.repeat(64)]],
  [configMapKey, 'configMapKey', ['a', '.a', 'A_b-c.d'], ['', '.', '..', '..a', 'a b', 'a/b']],
  [portName, 'portName', ['http', 'a-1'], ['', '80', 'Http', 'a--b', '-a', 'abcdefghijklmnop']],
  [envVarName, 'envVarName', ['A', 'a.b', '1', 'a b'], ['', 'a=b', 'ü']],
]
for (const [messagesOf, check, right, wrong] of cases) {
  test(`${check} accepts what Kubernetes accepts`, () => {
    for (const text of right) assert.equal(messagesOf(text), [], text)
  })
  test(`${check} refuses what Kubernetes refuses`, () => {
    for (const text of wrong) assert.ok(messagesOf(text).length > 0, text)
  })
}

test('a prefix may end with a dash', () => {
  assert.equal(asPrefix(dns1123Label)('web-'), [])
  assert.is(asPrefix(dns1123Label)('Web-').length, 1)
})

test.run()
