import fs from 'node:fs'
import { NODE_BECOME, NODE_DIRECT, WRITABLE } from './direct-output.ts'

/** Commands that leave standard input alone, whatever their arguments. */
const QUIET: ReadonlySet<string> = new Set([
  ...[
    ':',
    '[',
    'basename',
    'break',
    'cd',
    'chmod',
    'clear',
    'continue',
    'cp',
    'date',
    'dirname',
    'du',
    'echo',
    'env',
    'exit',
  ],
  ...[
    'export',
    'expr',
    'false',
    'find',
    'hostname',
    'id',
    'kill',
    'ln',
    'ls',
    'mkdir',
    'mv',
    'node',
    'nslookup',
    'printenv',
  ],
  ...[
    'printf',
    'ps',
    'pwd',
    'readlink',
    'rm',
    'rmdir',
    'seq',
    'set',
    'shift',
    'sleep',
    'stat',
    'test',
    'touch',
    'tree',
    'true',
  ],
  ...['uname', 'unset', 'wget', 'curl', 'which', 'whoami', NODE_BECOME, NODE_DIRECT, WRITABLE],
])

const PART_BYTES = 64 * 1024
const PAUSE_MS = 5

/** False where standard input is /dev/null: nobody gave any. */
export function hasInput(): boolean {
  try {
    return !fs.fstatSync(0).isCharacterDevice()
  } catch {
    return false
  }
}

/** Standard input, read to its end: as of any pipe, also while nothing has come yet. */
export function readInput(): Buffer {
  const parts: Buffer[] = []
  const part = Buffer.alloc(PART_BYTES)
  for (;;) {
    try {
      const size = fs.readSync(0, part)
      if (size === 0) return Buffer.concat(parts)
      parts.push(Buffer.from(part.subarray(0, size)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return Buffer.concat(parts)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
}

/**
 * Whether a script may read its standard input: who types `kubectl exec -it web -- ls` does not end it, and must not be waited
 * for. `ast` is what just-bash parsed.
 */
export function mayReadInput(ast: unknown): boolean {
  if (Array.isArray(ast)) return ast.some(mayReadInput)
  if (typeof ast !== 'object' || ast === null) return false
  const node = ast as { type?: string; name?: unknown; args?: readonly unknown[] }
  if (node.type === 'SimpleCommand' && !isQuiet(node)) return true
  return Object.values(ast).some(mayReadInput)
}

function isQuiet({ name, args = [] }: { readonly name?: unknown; readonly args?: readonly unknown[] }): boolean {
  // Only assignments.
  if (name === null) return true
  const command = textOf(name)
  if (command === undefined) return false
  const operands = args.filter((arg) => !textOf(arg)?.startsWith('-'))
  if (command === 'cat') return operands.length > 0 && args.length === operands.length
  if (/^[ef]?grep$/.test(command)) return operands.length > 1
  return QUIET.has(command)
}

function textOf(word: unknown): string | undefined {
  const { parts = [] } = (word ?? {}) as {
    readonly parts?: readonly { readonly type: string; readonly value?: string }[]
  }
  const [only, ...others] = parts
  return others.length === 0 && (only?.type === 'Literal' || only?.type === 'SingleQuoted') ? only.value : undefined
}
