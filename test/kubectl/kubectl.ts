import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** What goes to its standard input. */
  readonly input?: string
  /** `KUBE_EDITOR` */
  readonly editor?: string
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** A kubectl binary that talks to one cluster in one namespace, with a cache of its own and nobody's configuration. */
export class Kubectl {
  readonly #binary: string
  readonly #kubeconfig: string
  readonly #namespace: string
  readonly #home = mkdtempSync(path.join(tmpdir(), 'kubectl-'))
  readonly #running = new Set<ChildProcess>()

  constructor(binary: string, kubeconfig: string, namespace: string) {
    this.#binary = binary
    this.#kubeconfig = kubeconfig
    this.#namespace = namespace
  }

  /** Runs `kubectl ARGS`, split at blanks unless given as a list. Throws when it does not exit with 0; gives what it printed. */
  async ok(args: string | readonly string[], options?: RunOptions): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options)
    if (code !== 0) throw new Error(`kubectl ${String(args)} exits with ${code}:\n${stdout}${stderr}`)
    return stdout
  }

  /** Runs what must not work. Throws when it exits with 0; gives what it said on stderr. */
  async refused(args: string | readonly string[], options?: RunOptions): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options)
    if (code === 0) throw new Error(`kubectl ${String(args)} exits with 0:\n${stdout}${stderr}`)
    return stderr
  }

  run(args: string | readonly string[], { input = '', editor, env = {} }: RunOptions = {}): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = this.#start(args, { ...env, ...(editor && { KUBE_EDITOR: editor }) })
      let stdout = ''
      let stderr = ''
      child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
      child.stdin?.on('error', () => {})
      child.stdin?.end(input)
    })
  }

  /** Starts a command that goes on (`get -w`, `logs -f`); resolves once its output matches, and ends it. `meanwhile` is done after its first output. */
  async follow(
    args: string | readonly string[],
    wanted: RegExp,
    meanwhile?: (output: string) => Promise<unknown>,
    env?: Readonly<Record<string, string>>,
  ): Promise<string> {
    const child = this.#start(args, env)
    let output = ''
    try {
      const matched = new Promise<void>((resolve, reject) => {
        const hear = (text: string) => {
          output += text
          if (wanted.test(output)) resolve()
        }
        child.stdout?.setEncoding('utf8').on('data', hear)
        child.stderr?.setEncoding('utf8').on('data', hear)
        child.on('error', reject)
        child.on('close', (code) => reject(new Error(`kubectl ${String(args)} ended with ${code}:\n${output}`)))
      })
      await Promise.all([matched, firstOutput(child).then(() => meanwhile?.(output))])
      return output
    } finally {
      child.kill()
    }
  }

  /** Ends what still runs and forgets its cache. */
  close(): void {
    for (const child of this.#running) child.kill('SIGKILL')
    rmSync(this.#home, { recursive: true, force: true })
  }

  #start(args: string | readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const given = typeof args === 'string' ? args.split(/\s+/) : args
    const child = spawn(this.#binary, ['--kubeconfig', this.#kubeconfig, '--namespace', this.#namespace, ...given], {
      env: {
        PATH: process.env.PATH,
        HOME: this.#home,
        ...env,
      },
    })
    this.#running.add(child)
    child.on('close', () => this.#running.delete(child))
    return child
  }
}

function firstOutput({ stdout }: ChildProcess): Promise<void> {
  return new Promise((resolve) => stdout?.once('data', () => resolve()))
}
