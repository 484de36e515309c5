import * as assert from 'uvu/assert'
import { suite } from '../../../../test/harness/suite.ts'
import { onTerminal, Terminal } from './terminal.ts'

const test = suite('terminal')

/** What a program gets and what the client sees of some keys. */
function typed(keys: string, raw = false): { given: string; shown: string; interrupts: number; ended: boolean } {
  let shown = ''
  let interrupts = 0
  const terminal = new Terminal({
    raw,
    show: (bytes) => {
      shown += bytes.toString('latin1')
    },
    interrupt: () => {
      interrupts += 1
    },
  })
  terminal.type(Buffer.from(keys))
  const given = (terminal.input.read() as Buffer | null)?.toString() ?? ''
  return { given, shown: Buffer.from(shown, 'latin1').toString(), interrupts, ended: terminal.input.writableEnded }
}

test('a line is shown as it is typed, and given when it is ended', () => {
  assert.equal(typed('ls'), { given: '', shown: 'ls', interrupts: 0, ended: false })
  assert.equal(typed('ls\r'), { given: 'ls\n', shown: 'ls\r\n', interrupts: 0, ended: false })
})

test('what is erased is not given, whatever bytes a character has', () => {
  assert.is(typed('abx\x7fc\r').given, 'abc\n')
  assert.is(typed('abx\x7fc\r').shown, 'abx\b \bc\r\n')
  assert.is(typed('é\x7fe\r').given, 'e\n')
  assert.is(typed('\x7f\x7fa\r').given, 'a\n')
  assert.is(typed('wrong\x15right\r').given, 'right\n')
})

test('Ctrl-C interrupts and forgets the line, Ctrl-D ends the input only where a line begins', () => {
  assert.equal(typed('half\x03ls\r'), { given: 'ls\n', shown: 'half^Cls\r\n', interrupts: 1, ended: false })
  assert.equal(typed('half\x04'), { given: 'half', shown: 'half', interrupts: 0, ended: false })
  assert.is(typed('\x04').ended, true)
})

test('a program that edits its own lines gets every key', () => {
  assert.equal(typed('a\x03\x7f\r', true), { given: 'a\x03\x7f\r', shown: '', interrupts: 0, ended: false })
})

test('a new line begins at the left edge, and one that does already stays', () => {
  assert.is(onTerminal(Buffer.from('a\nb\r\nc')).toString(), 'a\r\nb\r\nc')
})

test.run()
