import { existsSync } from 'node:fs'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { workbook } from '../../checker/practice/workbook.ts'
import { suite } from '../harness/suite.ts'
import { commandBlocks } from './command-blocks.ts'
import { lessonTexts } from './text-files.ts'

const test = suite('every text')

for (const { name, slug, markdown } of lessonTexts()) {
  test(`${name} is typed by a test`, () => {
    assert.ok(
      existsSync(path.join(workbook, 'test', 'texts', `${slug}.test.ts`)),
      `test/texts/${slug}.test.ts is missing`,
    )
  })
  test(`${name} has commands, and shows what most of them print`, () => {
    const blocks = commandBlocks(markdown)
    const shown = blocks.filter(({ output }) => output !== undefined)
    assert.ok(shown.length > 0)
    assert.ok(shown.length > blocks.length / 2, `${shown.length} of ${blocks.length} blocks show what they print`)
    for (const { output, line } of shown) assert.match(output ?? '', /[^\s…]/, `line ${line} shows nothing`)
  })
  test(`${name} has no block of commands that no test would type`, () => {
    const languages = [...markdown.matchAll(/^```([^\s`]+)/gm)].map(([, language]) => language)
    for (const language of languages)
      assert.not.match(language ?? '', /^(bash|shell|console|zsh|sh(?!$|-ctrl-c$|-solution$|-solution-ctrl-c$))/)
  })
}

test.run()
