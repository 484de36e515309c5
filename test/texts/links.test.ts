import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { workbook } from '../../checker/practice/workbook.ts'
import { suite } from '../harness/suite.ts'
import { anchorsOf, linksOf, problemOfLink } from './links.ts'
import { allTexts, lessonTexts } from './text-files.ts'

const test = suite('links of the texts')

test('links are found, also by reference and in HTML, and not in code', () => {
  const markdown =
    '[a](b.md#c) ![d](e.png) [f][g] <a href="h.md">\n\n```\n[x](y.md)\n```\n`[x](y.md)`\n\n[g]: https://k8s.io\n'
  assert.equal(linksOf(markdown), ['b.md#c', 'e.png', 'https://k8s.io', 'h.md'])
})

test('headings have the names that GitHub gives them', () => {
  const headings = '# 2 · A server, twice\n## See it\n## `port` and *more*\n## See it\n'
  assert.equal(anchorsOf(headings), ['2--a-server-twice', 'see-it', 'port-and-more', 'see-it-1'])
})

test('a link that leads nowhere is found', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'links-'))
  const text = { name: 'lessons/a.md', markdown: '# Here\n' }
  mkdirSync(path.join(root, 'lessons'))
  writeFileSync(path.join(root, 'lessons', 'b.md'), '# There\n')
  const problem = (link: string) => problemOfLink(link, text, root)
  for (const link of ['b.md', '#here', 'b.md#there', '../lessons/', 'https://kubernetes.io/docs/'])
    assert.is(problem(link), undefined, link)
  assert.is(problem('c.md'), 'leads to no file')
  assert.is(problem('../..'), 'leads out of the workbook')
  assert.is(problem('#there'), 'names no heading; there are here')
  assert.is(problem('b.md#here'), 'names no heading; there are there')
  assert.is(problem('http://kubernetes.io'), 'is no https address')
  assert.is(problem('https://'), 'is no https address')
  rmSync(root, { recursive: true })
})

const numbers = lessonTexts().map(({ number }) => number)

for (const text of allTexts()) {
  test(`every link of ${text.name} leads somewhere`, () => {
    const problems = linksOf(text.markdown).flatMap((link) => {
      // the glossary may be ahead of a lesson that is still being written
      const ahead = text.name === 'lessons/GLOSSARY.md' ? /^(\d\d)-/.exec(link)?.[1] : undefined
      if (ahead !== undefined && !numbers.includes(Number(ahead))) return []
      const problem = problemOfLink(link, text, workbook)
      return problem === undefined ? [] : [`${link} ${problem}`]
    })
    assert.equal(problems, [])
  })
}

test.run()
