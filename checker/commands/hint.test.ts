/** `npm run hint` as it is typed: what it says when there is no hint to give. It needs no cluster. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { lessons } from '../../lessons/index.ts'
import { suite } from '../../test/harness/suite.ts'
import { workbook } from '../practice/workbook.ts'

const ID = '03-your-first-deployment'
const test = suite('npm run hint, as it is typed', { deadline: 60_000 })
const workspace = mkdtempSync(path.join(tmpdir(), 'kbh-hint-'))
test.after(() => rmSync(workspace, { recursive: true, force: true }))

test('before the first check it asks for one', () => {
  assert.match(hintWith({}), 'First a check, so that the hint fits:  npm run check 3')
})

test('after a check that found something without a hint it does not ask for a check again', () => {
  const said = hintWith({ failing: [] })
  assert.match(said, 'The last check found nothing to give a hint for.')
  assert.not.match(said, 'First a check')
})

test('after a check that found something with a hint it gives the first', () => {
  assert.match(hintWith({ failing: ['three pods are ready'] }), '1. What do the pods say')
})

test('after a reset it asks for a check, whatever an earlier one found', () => {
  write({ failing: ['three pods are ready'] })
  typed('reset', '3')
  assert.match(typed('hint', '3'), 'First a check, so that the hint fits:  npm run check 3')
})

test('each check of each exercise has a question, a place to look, and nearly the answer', async () => {
  // which tool fits is hinted at by what is wrong about the choice
  const CHOICE = ': a tool that fits, and a fact that decides'
  const without: string[] = []
  let seen = 0
  for (const { slug, load } of lessons) {
    const lesson = await load()
    for (const { title, checks, hints = {} } of [lesson, ...(lesson.drills ?? [])]) {
      seen += checks.length
      for (const check of checks)
        if (!check.title.endsWith(CHOICE) && hints[check.title]?.length !== 3)
          without.push(`${slug}, ${title}: ${check.title}`)
      for (const [key, tiers] of Object.entries(hints)) assert.is(tiers.length, 3, `${slug}, ${title}: ${key}`)
    }
  }
  assert.equal(without, [])
  assert.ok(seen > 100)
})

test.run()

function hintWith(exercise: { readonly failing?: readonly string[] }): string {
  write(exercise)
  return typed('hint', '3')
}

function write(exercise: { readonly failing?: readonly string[] }): void {
  const progress = { exercises: { [ID]: exercise }, applied: {}, last: 3 }
  writeFileSync(path.join(workspace, '.progress.json'), JSON.stringify(progress))
}

function typed(...words: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(workbook, 'checker', 'launch.mjs'), ...words], {
    env: { ...process.env, INIT_CWD: workspace, WORKBOOK_WORKSPACE: workspace, NO_COLOR: '1' },
    encoding: 'utf8',
  })
  return `${stdout}${stderr}`
}
