/**
 * `npm test`: finds every `*.test.ts`, shares the files among one process more than there are cores, and ends with
 * `N passed, N failed`. Arguments are parts of file names: `npm test -- kubelet`. Exit code 1 when anything failed.
 */
import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** A worker that says nothing for this long hangs: its file is a failure. Milliseconds. */
const SILENCE_MS = 240_000
const ROOMS = ['cluster', 'checker', 'starter-app', 'lessons', 'test']

const root = process.env.TEST_ROOT ?? fileURLToPath(new URL('..', import.meta.url))
const wanted = process.argv.slice(2)
const files = ROOMS.flatMap((room) => testFiles(path.join(root, room)))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort((a, b) => weight(b) - weight(a) || b.localeCompare(a))

let passed = 0
let skipped = 0
const failures: string[] = []
const times: [string, number][] = []

const queue = [...files]
// much of a test's time is waiting: for pods, probes and traffic that take as long as they do
await Promise.all(Array.from({ length: availableParallelism() + 1 }, drain))
if (passed + failures.length === 0) failures.push('no test was found')

for (const [name, ms] of times.sort(([, a], [, b]) => b - a).slice(0, 5))
  console.log(`  ${(ms / 1000).toFixed(1)} s  ${name}`)
for (const failure of failures) console.log(`\n✗ ${failure}`)
console.log(`\n${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failures.length > 0 ? 1 : 0)

/** Takes files from the queue until it is empty, each in a process of its own: no test can disturb another file's. */
async function drain(): Promise<void> {
  for (let file = queue.shift(); file; file = queue.shift()) await runFile(file)
}

function runFile(file: string): Promise<void> {
  const name = path.relative(root, file)
  const start = performance.now()
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('./harness/worker.ts', import.meta.url)), [file], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let output = ''
    let ended = false
    let silence = setTimeout(hang, SILENCE_MS)
    const heard = (text: string) => {
      output += text
      clearTimeout(silence)
      silence = setTimeout(hang, SILENCE_MS)
    }
    function hang(): void {
      failures.push(`${name}: nothing heard for ${SILENCE_MS / 1000} s; killed`)
      ended = true
      child.kill('SIGKILL')
    }
    child.stdout?.setEncoding('utf8').on('data', heard)
    child.stderr?.setEncoding('utf8').on('data', heard)
    let failed = 0
    child.on('message', (message: Report) => {
      if ('end' in message) {
        ended = true
        failed = message.end.failures.length
        passed += message.end.passed
        skipped += message.end.skipped
        times.push(...message.end.times)
        for (const failure of message.end.failures)
          failures.push(`${name} › ${failure.suite} › ${failure.test}\n${failure.error}`)
      } else for (const problem of message.problems) failures.push(`${name}: ${problem}`)
    })
    child.on('exit', (code, signal) => {
      clearTimeout(silence)
      if (!ended) failures.push(`${name}: its process ended early (${signal ?? code})\n${output.slice(-4000)}`)
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      process.stdout.write(`${seconds.padStart(6)} s  ${name}${failed > 0 ? `: ${failed} failed` : ''}\n`)
      resolve()
    })
  })
}

/** What takes minutes begins first, later lessons before earlier ones, so that no core waits for the last file. */
function weight(file: string): number {
  return file.includes(`${path.sep}grading${path.sep}`) ? 2 : file.includes(`${path.sep}test${path.sep}`) ? 1 : 0
}

type Report =
  | { file: string; declared: number; problems: string[] }
  | {
      end: {
        passed: number
        skipped: number
        failures: { suite: string; test: string; error: string }[]
        times: [string, number][]
      }
    }

function testFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && entry.name.endsWith('.test.ts') && !entry.parentPath.includes('node_modules'),
      )
      .map((entry) => path.join(entry.parentPath, entry.name))
  } catch {
    return []
  }
}
