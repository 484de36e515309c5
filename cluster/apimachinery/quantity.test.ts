import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { Quantity } from './quantity.ts'

const test = suite('quantity')

const canonical: [string | number, string][] = [
  ['1.5', '1500m'],
  ['1024Mi', '1Gi'],
  ['0.5', '500m'],
  ['1000m', '1'],
  ['1e3', '1e3'],
  ['1000', '1k'],
  ['0.1Gi', '107374182400m'],
  ['100Ki', '100Ki'],
  ['512', '512'],
  [2, '2'],
  ['0', '0'],
  ['-1.5', '-1500m'],
  ['0.0000000001', '1n'],
]
for (const [text, printed] of canonical) {
  test(`${text} prints as ${printed}`, () => assert.is(Quantity.parse(text).toString(), printed))
}

test('equal amounts are equal however they are written', () => {
  assert.is(Quantity.parse('0.5').compare(Quantity.parse('500m')), 0)
  assert.is(Quantity.parse('1Gi').compare(Quantity.parse('1G')), 1)
})

test('units are rounded up', () => {
  assert.is(Quantity.parse('1500m').value(), 2)
  assert.is(Quantity.parse('0.0001').milliValue(), 1)
})

for (const text of ['', 'ten', '1 Gi', '1gi', '1Gib', '--1']) {
  test(`"${text}" is refused`, () => assert.throws(() => Quantity.parse(text), /quantities must match/))
}

test.run()
