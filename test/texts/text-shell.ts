import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'

/** A shell that lives through a lesson's text: variables and background jobs of one block are there in the next. */
export class TextShell {
  readonly #shell: ChildProcessWithoutNullStreams
  #heard = ''
  #onText: () => void = () => {}

  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    // a group of its own, so that what a text starts in the background ends with it
    this.#shell = spawn('bash', ['--norc', '--noprofile'], { cwd: folder, env: environment, detached: true })
    const hear = (text: string) => {
      this.#heard += text
      this.#onText()
    }
    this.#shell.stdout.setEncoding('utf8').on('data', hear)
    this.#shell.stderr.setEncoding('utf8').on('data', hear)
  }

  /** Runs commands and gives what they printed, stderr too. Rejects when they do not end within `ms`. */
  run(commands: string, ms = 90_000): Promise<string> {
    const end = `end-${randomUUID()}`
    this.#heard = ''
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`not ended within ${ms / 1000} s; printed so far:\n${this.#heard}`)),
        ms,
      )
      this.#onText = () => {
        const at = this.#heard.indexOf(end)
        if (at < 0) return
        clearTimeout(timer)
        resolve(this.#heard.slice(0, at))
      }
      this.#shell.stdin.write(`${commands}\necho ${end}\n`)
    })
  }

  close(): void {
    try {
      if (this.#shell.pid !== undefined) process.kill(-this.#shell.pid, 'SIGKILL')
    } catch {
      // it has ended by itself
    }
  }
}
