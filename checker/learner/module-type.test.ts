import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { lessons } from '../../lessons/index.ts'
import { suite } from '../../test/harness/suite.ts'
import { workbook } from '../practice/workbook.ts'
import { placeOf } from './exercise-place.ts'
import { makeModules } from './module-type.ts'
import { ProgressFile } from './progress.ts'
import { handOut } from './starters.ts'

const test = suite('modules in a workspace')

let folder = ''
test.before.each(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modules-'))
})
test.after.each(() => rmSync(folder, { recursive: true }))

const tsx = pathToFileURL(path.join(workbook, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href
const run = (file: string) =>
  execFileSync(process.execPath, ['--import', tsx, file], { encoding: 'utf8', stdio: 'pipe' })

test('await may stand at the top of a program, in a workspace elsewhere too', async () => {
  const lesson = lessons.find(({ number }) => number === 2)
  assert.ok(lesson)
  const exercise = await lesson.load()
  for (const drill of [undefined, ...exercise.drills]) {
    const place = placeOf(lesson, drill?.name, folder)
    handOut(place, drill ?? exercise, new ProgressFile(folder))
    const program = path.join(place.folder, 'program.ts')
    writeFileSync(program, 'const answer: number = await Promise.resolve(42)\nconsole.log(answer)\n')
    assert.is(run(program), '42\n')
    assert.not.ok(existsSync(path.join(place.folder, 'package.json')), 'npm would find that one first')
  }
})

test('without it, a program in such a place is none', () => {
  const program = path.join(folder, 'program.ts')
  writeFileSync(program, 'console.log(await 42)\n')
  assert.throws(() => run(program), /Top-level await/)
})

test("a package.json of the workspace's own is kept", () => {
  writeFileSync(path.join(folder, 'package.json'), '{"name":"mine"}')
  makeModules(folder)
  assert.is(readFileSync(path.join(folder, 'package.json'), 'utf8'), '{"name":"mine"}')
})

test('none is written where one above says module; one above that does not, or that is broken, is no help', () => {
  const inner = path.join(folder, 'inner')
  mkdirSync(inner)
  const written = (above: string) => {
    writeFileSync(path.join(folder, 'package.json'), above)
    rmSync(path.join(inner, 'package.json'), { force: true })
    makeModules(inner)
    return existsSync(path.join(inner, 'package.json'))
  }
  assert.equal(['{"type":"module"}', '{"type":"commonjs"}', '{}', '{', 'null'].map(written), [
    false,
    true,
    true,
    true,
    true,
  ])
})

test.run()
