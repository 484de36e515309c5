/**
 * The sandboxed shell: a process of its own in a container, with the preload before it. It runs one command line and ends with
 * its exit code. `argv` is the container's own: `sh -c 'while …'`, `sleep 10`, `cat /etc/hosts`.
 */
import fs from 'node:fs'
import os from 'node:os'
import { Bash, type CommandName } from 'just-bash'
import { ContainerFs } from './container-fs.ts'
import { directOutput } from './direct-output.ts'
import { listCommand } from './list-command.ts'
import { networkCommands } from './network-commands.ts'
import { processCommands } from './process-commands.ts'
import { SHELL_DOOR, type ShellDoor } from './requests.ts'
import { toolsOf } from './tools.ts'
import { busyboxWords, cannotCreate, quoted } from './words.ts'

/** A container may run for ever; what stops it is a signal. */
const FOREVER = Number.MAX_SAFE_INTEGER
const UNLIMITED = {
  maxCommandCount: FOREVER,
  maxLoopIterations: FOREVER,
  maxWorkUnits: FOREVER,
  maxExecutionTimeMs: FOREVER,
  maxOutputSize: FOREVER,
  maxInputBytes: FOREVER,
  maxGlobOperations: FOREVER,
  maxTraversalWork: FOREVER,
  maxTraversalEntries: FOREVER,
}

const SHELLS = new Set(['sh', 'ash', 'bash'])

const door = (globalThis as unknown as Record<symbol, ShellDoor>)[SHELL_DOOR] as ShellDoor
const [base = 'busybox', ...argv] = process.argv.slice(2)
main().then(
  (code) => process.exit(code),
  // `exec > /nowhere`: that ends a real shell too.
  (error: NodeJS.ErrnoException) => {
    writeAll(2, Buffer.from(cannotCreate(error.path ?? 'file', error)))
    process.exit(1)
  },
)

async function main(): Promise<number> {
  const tools = toolsOf(base)
  const { uid, gid, username } = os.userInfo()
  const env = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
  const ours = [...processCommands(door, { uid, gid, name: username }), ...networkCommands(), listCommand]
  const bash = new Bash({
    fs: new ContainerFs((stream, data) =>
      writeAll(stream === 'stdout' ? 1 : 2, stream === 'stdout' ? data : Buffer.from(busyboxWords(data.toString()))),
    ),
    env,
    cwd: process.cwd(),
    commands: [...tools].filter((name) => !ours.some((own) => own.name === name)) as CommandName[],
    customCommands: ours.filter(({ name }) => name.startsWith('.') || tools.has(name)),
    executionLimits: UNLIMITED,
    defenseInDepth: false,
    processInfo: { pid: 1, ppid: 0, uid, gid },
  })
  bash.registerTransformPlugin(directOutput)
  const { script, args } = line(argv)
  const result = await bash.exec(script, { rawScript: true, stdin: stdin(), ...(args ? { args } : {}) })
  if (result.stdout) writeAll(1, Buffer.from(result.stdout, result.stdoutKind === 'bytes' ? 'latin1' : 'utf8'))
  if (result.stderr) writeAll(2, Buffer.from(busyboxWords(result.stderr)))
  return result.exitCode
}

/** A script of an argument vector. */
function line([program = 'sh', ...rest]: readonly string[]): { script: string; args?: string[] } {
  const name = program.split('/').at(-1) as string
  if (!SHELLS.has(name)) return { script: [name, ...rest].map(quoted).join(' ') }
  const flags: string[] = []
  let index = 0
  for (; rest[index]?.startsWith('-') && rest[index] !== '--'; index += 1)
    flags.push(...(rest[index] as string).slice(1))
  const words = rest.slice(rest[index] === '--' ? index + 1 : index)
  const settings = flags
    .filter((flag) => 'eux'.includes(flag))
    .map((flag) => `set -${flag}\n`)
    .join('')
  if (flags.includes('c')) {
    const [script = '', , ...parameters] = words
    return { script: `${settings}${positional(parameters)}${script}` }
  }
  const [file, ...parameters] = words
  if (file === undefined) return { script: stdin() }
  return { script: `${settings}${positional(parameters)}${fs.readFileSync(file, 'utf8').replace(/^#!.*/, '')}` }
}

function positional(parameters: readonly string[]): string {
  return parameters.length === 0 ? '' : `set -- ${parameters.map(quoted).join(' ')}\n`
}

let input: string | undefined

function stdin(): string {
  if (input === undefined) {
    try {
      input = fs.readFileSync(0, 'utf8')
    } catch {
      input = ''
    }
  }
  return input
}

/** Also when the reader is slow: a pipe that does not wait says EAGAIN. */
function writeAll(descriptor: number, data: Buffer): void {
  for (let at = 0; at < data.length; ) {
    try {
      at += fs.writeSync(descriptor, data, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
