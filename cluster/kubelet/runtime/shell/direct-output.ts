import type {
  CommandNode,
  PipelineNode,
  ScriptNode,
  SimpleCommandNode,
  StatementNode,
  TransformPlugin,
  WordNode,
} from 'just-bash'

/** The shell's own output: what is appended to these leaves at once. */
export const STDOUT = '/dev/.stdout'
export const STDERR = '/dev/.stderr'

/** `node …` whose output goes where the shell's goes. */
export const NODE_DIRECT = '.node'
/** `node …` that takes the shell's place. */
export const NODE_BECOME = '.exec-node'

/** Says why a file cannot be written, before a command whose output goes there is run. */
export const WRITABLE = '.writable'

/** What changes the shell itself, and prints nothing. */
const SHELLS_OWN = new Set([
  'exec',
  'exit',
  'break',
  'continue',
  'return',
  'set',
  'shift',
  'export',
  'local',
  'readonly',
  'unset',
  ':',
])

/**
 * just-bash gives a script's output when the script ends; a container's must be seen at once. So each command whose output is not
 * piped, substituted or redirected by a block around it gets redirections that come before its own.
 *
 * The same places are those where node is more than a command: last in a script, or after `exec`, it takes the shell's place, as in
 * busybox and dash, and so is PID 1 and gets the signals.
 */
export const directOutput: TransformPlugin = {
  name: 'direct-output',
  transform({ ast }) {
    statements((ast as ScriptNode).statements, true)
    return { ast }
  },
}

/** `last`: nothing is done after these. */
function statements(list: readonly StatementNode[], last: boolean): void {
  for (const [index, statement] of list.entries()) {
    const isLast = last && index === list.length - 1 && !statement.background
    for (const [at, part] of statement.pipelines.entries())
      pipeline(part, isLast && at === statement.pipelines.length - 1)
  }
}

function pipeline({ commands, negated }: PipelineNode, last: boolean): void {
  for (const [index, node] of commands.entries()) {
    const files = filesOf(node)
    if (index === commands.length - 1) command(node, last && !negated && commands.length === 1)
    else if (node.type === 'SimpleCommand') node.redirections.unshift(append(2, STDERR))
    if (files.length > 0) commands[index] = ifWritable(files, node)
  }
}

function command(node: CommandNode, last: boolean): void {
  if (node.type === 'SimpleCommand') simple(node, last)
  if (node.type === 'SimpleCommand' || node.type === 'FunctionDef' || !('redirections' in node)) return
  if (node.redirections.some(({ operator }) => !operator.startsWith('<'))) return
  switch (node.type) {
    case 'If':
      for (const clause of node.clauses) {
        statements(clause.condition, false)
        statements(clause.body, last)
      }
      statements(node.elseBody ?? [], last)
      return
    case 'For':
    case 'CStyleFor':
    case 'Subshell':
      statements(node.body, false)
      return
    case 'While':
    case 'Until':
      statements(node.condition, false)
      statements(node.body, false)
      return
    case 'Case':
      for (const item of node.items) statements(item.body, false)
      return
    case 'Group':
      statements(node.body, last)
      return
    default:
      return
  }
}

function simple(node: SimpleCommandNode, last: boolean): void {
  const name = literal(node.name)
  const plain = node.redirections.length === 0
  if (plain && isNode(name)) {
    node.name = word(last ? NODE_BECOME : NODE_DIRECT)
  } else if (plain && name === 'exec' && isNode(literal(node.args[0]))) {
    node.name = word(NODE_BECOME)
    node.args.shift()
  } else if (node.name === null || (name !== undefined && SHELLS_OWN.has(name))) {
    return
  }
  node.redirections.unshift(append(1, STDOUT), append(2, STDERR))
}

/** Where a command's output goes, but for devices and other descriptors. */
function filesOf(node: CommandNode): WordNode[] {
  if (node.type === 'SimpleCommand' && SHELLS_OWN.has(literal(node.name) ?? '')) return []
  if (node.type === 'FunctionDef' || !('redirections' in node)) return []
  const files = node.redirections.filter(({ operator }) => ['>', '>>', '>|', '&>', '&>>'].includes(operator))
  return files
    .map(({ target }) => target)
    .filter((target): target is WordNode => target.type === 'Word' && !literal(target)?.startsWith('/dev/'))
}

/** `{ .writable FILE && command; }`: just-bash ends the whole script when a file cannot be written, a shell only the command. */
function ifWritable(files: WordNode[], node: CommandNode): CommandNode {
  const check: SimpleCommandNode = {
    type: 'SimpleCommand',
    assignments: [],
    name: word(WRITABLE),
    args: files,
    redirections: [append(2, STDERR)],
  }
  const pipelines = [check, node].map(
    (command): PipelineNode => ({ type: 'Pipeline', commands: [command], negated: false }),
  )
  const body: StatementNode[] = [{ type: 'Statement', pipelines, operators: ['&&'], background: false }]
  return { type: 'Group', body, redirections: [] }
}

function append(fd: number, file: string): SimpleCommandNode['redirections'][number] {
  return { type: 'Redirection', fd, operator: '>>', target: word(file) }
}

function isNode(name: string | undefined): boolean {
  return name === 'node' || name === '/usr/local/bin/node'
}

function literal(node: SimpleCommandNode['name'] | undefined): string | undefined {
  const [only, ...others] = node?.parts ?? []
  return only?.type === 'Literal' && others.length === 0 ? only.value : undefined
}

function word(value: string): WordNode {
  return { type: 'Word', parts: [{ type: 'Literal', value }] }
}
