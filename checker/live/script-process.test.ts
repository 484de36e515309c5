import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { ScriptProcess } from './script-process.ts'

const test = suite('a learner’s program')
const folder = mkdtempSync(path.join(tmpdir(), 'script-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The number of the process that the script started, when it has. */
async function childOf(name: string, rest: string): Promise<{ script: ScriptProcess; child: number }> {
  const file = path.join(folder, `${name}.mjs`)
  const note = path.join(folder, `${name}.pid`)
  const starts = `import { spawn } from 'node:child_process'
import fs from 'node:fs'
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
fs.writeFileSync(${JSON.stringify(`${note}.new`)}, String(child.pid))
fs.renameSync(${JSON.stringify(`${note}.new`)}, ${JSON.stringify(note)})
`
  writeFileSync(file, starts + rest)
  const script = new ScriptProcess({ folder, file })
  await until('it has started another one', () => existsSync(note))
  return { script, child: Number(readFileSync(note, 'utf8')) }
}

test('what it started goes on while it runs, and ends with it', async () => {
  const { script, child } = await childOf('waits', '')
  assert.ok(runs(child))
  assert.is(script.exit, undefined)
  await script.kill()
  await until('the other one has ended', () => !runs(child))
  assert.ok(script.exit)
})

test('what it left behind when it ended is found too', async () => {
  // Windows knows no groups: what a program that has ended left behind is nobody's there
  if (process.platform === 'win32') return
  const { script, child } = await childOf('ends', 'child.unref()\n')
  await script.ended
  assert.ok(runs(child))
  await script.kill()
  await until('the other one has ended', () => !runs(child))
})

test.run()
