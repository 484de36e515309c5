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

/** False where standard input is /dev/null: nobody gave any. */
export function hasInput(): boolean {
  try {
    return !fs.fstatSync(0).isCharacterDevice()
  } catch {
    return false
  }
}

/** Standard input, read to its end. */
export function readInput(): Buffer {
  try {
    return fs.readFileSync(0)
  } catch {
    return Buffer.alloc(0)
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
