import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { systemEnvironment } from './system-environment.ts'

/**
 * Reads `+ PID` and `- PID`; when its input ends, because the cluster's process ended in whatever way, it kills what is left.
 * The shell's own `read` and `kill`, so it takes under 1 MB.
 */
const SHELL = `
trap '' INT TERM HUP
pids=' '
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid ";;
    -) case $pids in *" $pid "*) pids="\${pids%%" $pid "*} \${pids#*" $pid "}";; esac;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
`

const NODE = `
const pids = new Set()
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [sign, pid] = line.split(' ')
  pids[sign === '+' ? 'add' : 'delete'](Number(pid))
}).on('close', () => {
  for (const pid of pids) try { process.kill(pid, 'SIGKILL') } catch {}
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
`

/**
 * One small process of each cluster that ends the cluster's children when the cluster cannot do it any more: after `kill -9`,
 * and also when the children hang. A pid is struck off as soon as its exit is known, before the system may give it to another.
 */
export class Reaper {
  readonly #pids = new Set<number>()
  #process: ChildProcess | undefined
  #closed = false

  add(pid: number): void {
    this.#pids.add(pid)
    this.#tell(`+ ${pid}\n`)
  }

  remove(pid: number): void {
    this.#pids.delete(pid)
    this.#tell(`- ${pid}\n`)
  }

  /** Ends it; whatever is still listed is killed. */
  close(): void {
    this.#closed = true
    this.#process?.stdin?.end()
    this.#process = undefined
  }

  #tell(line: string): void {
    if (this.#closed) return
    if (this.#process) {
      this.#process.stdin?.write(line)
      return
    }
    this.#process = this.#start()
    for (const pid of this.#pids) this.#process.stdin?.write(`+ ${pid}\n`)
  }

  /** In a session of its own, so that a Ctrl-C in the terminal does not end it before its time. */
  #start(): ChildProcess {
    const [program, args] = process.platform === 'win32' ? [process.execPath, ['-e', NODE]] : ['/bin/sh', ['-c', SHELL]]
    const child: ChildProcess = spawn(program, args, {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: systemEnvironment(),
      cwd: path.parse(process.cwd()).root,
      windowsHide: true,
    })
    child.stdin?.on('error', () => {})
    child.once('exit', () => {
      if (this.#process !== child) return
      this.#process = undefined
      if (!this.#closed && this.#pids.size > 0) this.#tell('')
    })
    child.once('error', () => {})
    child.unref()
    ;(child.stdin as unknown as { unref?: () => void }).unref?.()
    return child
  }
}
