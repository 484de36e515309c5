import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { readSource } from './read-file.ts'

const test = suite('reading a file')
const folder = mkdtempSync(path.join(tmpdir(), 'read-'))
test.after(() => rmSync(folder, { recursive: true }))

function codeOf(name: string, content?: string | Uint8Array): string | undefined {
  if (content !== undefined) writeFileSync(path.join(folder, name), content)
  const read = readSource(folder, name)
  return 'finding' in read ? read.finding.code : undefined
}

test('a text is read', () => assert.is(codeOf('a.yaml', 'a: b\n'), undefined))
test('a missing file is a finding', () => assert.is(codeOf('none.yaml'), 'file-missing'))
test('a folder is a finding', () => {
  mkdirSync(path.join(folder, 'f.yaml'))
  assert.is(codeOf('f.yaml'), 'file-is-folder')
})
test('a binary file is a finding', () => {
  assert.is(codeOf('b.yaml', Buffer.from([0x61, 0, 0x62])), 'file-binary')
  assert.is(codeOf('c.yaml', Buffer.from([0x61, 0xc3, 0x28])), 'file-binary')
})
test('UTF-16 is named', () => assert.is(codeOf('u.yaml', Buffer.from([0xff, 0xfe, 0x61, 0])), 'file-utf16'))
test('50 MB are not read', () => {
  codeOf('big.yaml', 'a')
  truncateSync(path.join(folder, 'big.yaml'), 50 * 1024 * 1024)
  assert.is(codeOf('big.yaml'), 'file-too-large')
})
// Whoever runs the tests may be allowed to read everything; a link to itself nobody can follow.
if (process.platform === 'win32') test.skip('a file that cannot be read')
else {
  test('a file that cannot be read is a finding', () => {
    symlinkSync('loop.yaml', path.join(folder, 'loop.yaml'))
    assert.is(codeOf('loop.yaml'), 'file-unreadable')
  })
}

test.run()
