import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { workbook } from '../practice/workbook.ts'
import { type Code, catalogue, finding } from './catalogue.ts'

const test = suite('the catalogue of messages')
const codes = Object.keys(catalogue) as Code[]
/** Stands for whatever a message is about. */
const HOLE = '\0'
/** Fewer words of its own, and a text that is like a message need not be one. Letters. */
const TELLING = 12

/** The words of a message, without what they are about. */
function wordsOf(code: Code): string[] {
  const text = catalogue[code] as (params: unknown) => string
  return text(new Proxy({}, { get: () => HOLE }))
    .replaceAll(/^\0+|\0+$/g, '')
    .split(HOLE)
}

/** What stands in the files below a folder whose names match, on one line. */
function textsOf(folder: string, names: RegExp): string {
  return readdirSync(path.join(workbook, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && names.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8').replaceAll(/\s+/g, ' '))
    .join('\n')
}

const tests = ['checker', 'lessons', 'test'].map((folder) => textsOf(folder, /\.test\.ts$|^expect\.yaml$/)).join('\n')
const sources = ['checker', 'lessons'].map((folder) => textsOf(folder, /(?<!messages|\.test)\.ts$/)).join('\n')

test('every message stands in a test that shows it, by its code or by its words', () => {
  const untested = codes.filter((code) => {
    if (new RegExp(`(?<![\\w-])${code}(?![\\w-])`).test(tests)) return false
    const words = wordsOf(code)
    if (words.join('').length < TELLING) return true
    const pattern = words.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.{0,120}?')
    return !new RegExp(pattern).test(tests)
  })
  assert.is(untested.length, 0, `without a test: ${untested.join(', ')}`)
})

test('every message is used', () => {
  const unused = codes.filter((code) => !sources.includes(`'${code}'`))
  assert.is(unused.length, 0, `used nowhere: ${unused.join(', ')}`)
})

test('a finding has its code, its text and its level', () => {
  assert.equal(finding('image-moves', { image: 'a:latest' }, { level: 'note' }), {
    code: 'image-moves',
    level: 'note',
    message: 'the image "a:latest" names no version: what runs tomorrow may be another one',
    more: [],
  })
})

test.run()
