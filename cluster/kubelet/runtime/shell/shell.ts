/**
 * The sandboxed shell: a process of its own in a container, with the preload before it. It runs one command line and ends with
 * its exit code. `argv` is the container's own: `sh -c 'while …'`, `sleep 10`, `cat /etc/hosts`.
 */
import fs from 'node:fs'
import os from 'node:os'
import { Bash, type CommandName } from 'just-bash'
import { ContainerFs } from './container-fs.ts'
import { directOutput } from './direct-output.ts'
import { hasInput, mayReadInput, readInput } from './input.ts'
import { interact, restOf } from './interactive.ts'
import { isInteractiveShell, isShell } from './interactive-words.ts'
import { listCommand } from './list-command.ts'
import { networkCommands } from './network-commands.ts'
import { processCommands } from './process-commands.ts'
import { promptOf } from './prompt.ts'
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

/** The last of what the shell itself has printed. */
let lastPrinted = ''
/** Standard input, once it has been read. */
let given: Buffer | undefined

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
    fs: new ContainerFs((stream, data) => print(stream === 'stdout' ? 1 : 2, data)),
    env,
    cwd: process.cwd(),
    commands: [...tools].filter((name) => !ours.some((own) => own.name === name)) as CommandName[],
    customCommands: ours.filter(({ name }) => name.startsWith('.') || tools.has(name)),
    executionLimits: UNLIMITED,
    defenseInDepth: false,
    processInfo: { pid: process.pid, ppid: process.ppid, uid, gid },
  })
  bash.registerTransformPlugin(directOutput)
  if (process.stdin.isTTY && isInteractiveShell(argv)) {
    return await interact(bash, {
      env,
      cwd: process.cwd(),
      prompt: promptOf({
        shell: argv[0] ?? 'sh',
        base,
        user: username,
        hostname: os.hostname(),
        home: env.HOME ?? '/',
      }),
      print: printResult,
      rest: () => restOf(lastPrinted),
      interrupt: () => void door({ do: 'interrupt' }),
    })
  }
  const { script, args } = line(argv)
  const stdin = hasInput() && mayReadInput(parsed(bash, script)) ? input() : Buffer.alloc(0)
  const bytes = { stdin: stdin.toString('latin1'), stdinKind: 'bytes' } as const
  const result = await bash.exec(script, { rawScript: true, ...bytes, ...(args ? { args } : {}) })
  printResult(result)
  return result.exitCode
}

/** Undefined for what is no script at all: its own complaint follows when it is run. */
function parsed(bash: Bash, script: string): unknown {
  try {
    return bash.transform(script).ast
  } catch {
    return undefined
  }
}

/** A script of an argument vector. */
function line([program = 'sh', ...rest]: readonly string[]): { script: string; args?: string[] } {
  const name = program.split('/').at(-1) as string
  if (!isShell(name)) return { script: [name, ...rest].map(quoted).join(' ') }
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
    const [script, , ...parameters] = words
    if (script === undefined) return { script: "echo 'sh: -c requires an argument' >&2; exit 2" }
    return { script: `${settings}${positional(parameters)}${script}` }
  }
  const [file, ...parameters] = words
  if (file === undefined) return { script: input().toString() }
  return { script: `${settings}${positional(parameters)}${fs.readFileSync(file, 'utf8').replace(/^#!.*/, '')}` }
}

function positional(parameters: readonly string[]): string {
  return parameters.length === 0 ? '' : `set -- ${parameters.map(quoted).join(' ')}\n`
}

/** Standard input, all of it, read when it is first asked for. */
function input(): Buffer {
  given ??= readInput()
  return given
}

function printResult({ stdout, stderr, stdoutKind }: { stdout: string; stderr: string; stdoutKind?: string }): void {
  if (stdout) print(1, Buffer.from(stdout, stdoutKind === 'bytes' ? 'latin1' : 'utf8'))
  if (stderr) print(2, Buffer.from(stderr))
}

function print(descriptor: 1 | 2, data: Buffer): void {
  const bytes = descriptor === 1 ? data : Buffer.from(busyboxWords(data.toString()))
  lastPrinted = bytes.subarray(-1024).toString()
  writeAll(descriptor, bytes)
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
