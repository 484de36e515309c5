import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { until } from '../../../test/harness/until.ts'
import { RealClock } from '../../apimachinery/clock.ts'
import type { LogOptions } from '../../apiserver/node-connector.ts'
import { lastLines } from './last-lines.ts'
import { readLog } from './read-log.ts'

const test = suite('container logs')
const plain: LogOptions = { follow: false, previous: false, timestamps: false }
let folder: string
let file: string
const line = (second: number, text: string, tag = 'F') =>
  `2026-01-01T00:00:0${second}.000000000Z stdout ${tag} ${text}\n`

async function read(options: Partial<LogOptions>): Promise<string> {
  let text = ''
  for await (const chunk of readLog(file, { ...plain, ...options }, new RealClock(), () => true)) text += chunk
  return text
}

test.before.each(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'logs-'))
  file = path.join(folder, '0.log')
  await writeFile(file, line(1, 'one') + line(2, 'tw', 'P') + line(2, 'o') + line(3, 'drei ü'))
})
test.after.each(() => rm(folder, { recursive: true, force: true }))

test('all of it, partial lines joined', async () => assert.is(await read({}), 'one\ntwo\ndrei ü\n'))
test('timestamps', async () => {
  assert.is((await read({ timestamps: true })).split('\n')[1], '2026-01-01T00:00:02.000000000Z two')
})
test('the last lines', async () => assert.is(await read({ tailLines: 1 }), 'drei ü\n'))
test('tail 0 is nothing', async () => assert.is(await read({ tailLines: 0 }), ''))
test('more lines than there are', async () => assert.is(await read({ tailLines: 50 }), 'one\ntwo\ndrei ü\n'))
test('since a moment', async () => {
  assert.is(await read({ since: Date.parse('2026-01-01T00:00:02Z') }), 'two\ndrei ü\n')
})
test('so many bytes', async () => assert.is(await read({ limitBytes: 5 }), 'one\nt'))

test('a followed log goes on, also in a new file, until the container has ended', async () => {
  let ended = false
  let text = ''
  const stream = readLog(file, { ...plain, follow: true, tailLines: 1 }, new RealClock(), () => ended)
  const done = (async () => {
    for await (const chunk of stream) text += chunk
  })()
  await until('the end of what was there', () => text === 'drei ü\n')
  await appendFile(file, line(4, 'four'))
  await until('a new line', () => text.endsWith('four\n'))
  await rename(file, `${file}.1`)
  await writeFile(file, line(5, 'five'))
  await until('a line of the new file', () => text.endsWith('five\n'))
  await appendFile(file, line(6, 'six'))
  ended = true
  await done
  assert.is(text, 'drei ü\nfour\nfive\nsix\n')
})

test('what FallbackToLogsOnError shows', async () => {
  assert.is(await lastLines(file), 'one\ntwo\ndrei ü\n')
  await writeFile(file, Array.from({ length: 200 }, (_, i) => line(1, `line ${i}`)).join(''))
  assert.is((await lastLines(file)).split('\n').length, 81)
  assert.is(await lastLines(path.join(folder, 'none.log')), '')
})

test.run()
