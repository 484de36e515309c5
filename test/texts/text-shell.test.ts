import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../harness/suite.ts'
import { noTerminal, TextShell } from './text-shell.ts'

const why = noTerminal()
const test = suite(`the shell of a text${why ? ` (not tried: ${why})` : ''}`)

let folder = ''
let shell: TextShell

test.before.each(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'text-shell-'))
  shell = new TextShell(folder, { PATH: process.env.PATH })
})
test.after.each(async () => {
  await shell.close()
  rmSync(folder, { recursive: true, force: true })
})

const tried = why ? test.skip : test

tried('what one block sets is there in the next, and stderr is on the screen too', async () => {
  assert.is(await shell.run('a=5\n'), '')
  assert.is(await shell.run('echo $a\nls nowhere\n').then((text) => text.split('\n')[0]), '5')
  assert.match(await shell.run('ls nowhere'), /No such file/)
})

tried('a line that is written over is gone', async () => {
  assert.is(await shell.run(`printf '1/2\\r2/2\\n'`), '2/2\n')
})

tried('what goes on in the next line is one command', async () => {
  assert.is(await shell.run('echo a \\\n  b\ncat <<END\nc\nEND\n'), 'a b\nc\n')
})

tried('what a job in the background says later is waited for, and its number is shown', async () => {
  const isShown = (text: string) => text.includes('late')
  const printed = await shell.run('(sleep 0.3; echo late) &', { isShown })
  assert.match(printed, /^\[1\] \d+\n(.*\n)*late\n$/)
})

tried('a command runs until Ctrl-C', async () => {
  const isShown = (text: string) => text.trim() === 'here'
  assert.is((await shell.run('echo here; sleep 60', { isShown, untilCtrlC: true })).trim(), 'here')
  assert.is(await shell.run('echo there'), 'there\n')
})

tried('a command that ends by itself does not run until Ctrl-C', async () => {
  const problem = await shell.run('echo here', { isShown: () => false, untilCtrlC: true }).catch((error) => error)
  assert.match(String(problem), /ended by itself/)
})

tried('a command that does not end is said so, with what it printed', async () => {
  const problem = await shell.run('echo begin; sleep 60', { ms: 500 }).catch((error) => error)
  assert.match(String(problem), /not ended within 0\.5 s; printed so far:\nbegin/)
})

tried('nobody is left when it is closed', async () => {
  const pid = Number((await shell.run('sleep 60 &\n')).split(' ')[1])
  await shell.run('sleep 61', { ms: 300 }).catch(() => {})
  process.kill(pid, 0)
  await shell.close()
  assert.throws(() => process.kill(pid, 0), /ESRCH/)
})

test.run()
