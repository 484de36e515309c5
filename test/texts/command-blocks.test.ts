import * as assert from 'uvu/assert'
import { suite } from '../harness/suite.ts'
import { commandBlocks, isShown } from './command-blocks.ts'

const test = suite('command blocks of a text')

test('blocks come in order, with the output right below them', () => {
  const blocks = commandBlocks(
    'a\n```sh\nls\n```\n```\nfile\n```\n\n```yaml\na: b\n```\n\n```sh-solution\npwd\n```\nno\n```\nx\n```\n\n```sh-solution-ctrl-c\ntop\n```\n',
  )
  assert.equal(blocks, [
    { commands: 'ls\n', output: 'file\n', afterSolution: false, untilCtrlC: false, line: 2 },
    { commands: 'pwd\n', output: undefined, afterSolution: true, untilCtrlC: false, line: 13 },
    { commands: 'top\n', output: undefined, afterSolution: true, untilCtrlC: true, line: 21 },
  ])
})

test('dots stand for what varies, and for nothing else', () => {
  assert.ok(isShown('NAME  READY\nlonely   1/1   …\n', 'NAME     READY\nlonely  1/1  3s\n'))
  assert.ok(isShown('first\n…\nlast', 'first\nlast'))
  assert.ok(isShown('first\n…\nlast', 'first\nx\ny\nlast'))
  assert.ok(isShown('pod "hello-…" deleted …', 'pod "hello-1" deleted from x'))
  assert.ok(isShown('a\n\n\nb', 'a\n\nb'))
  assert.not.ok(isShown('a\n\nb', 'a\nb'))
  assert.not.ok(isShown('first\nlast', 'first\nx\nlast'))
  assert.not.ok(isShown('1/1', '0/1'))
})

test.run()
