import type { Flag } from './flags.ts'
import type { Session } from './session.ts'

/** One of kubectl's commands. */
export interface Command {
  readonly name: string
  /** A line for the list of commands. */
  readonly summary: string
  /** A line for --help, without `kubectl`. */
  readonly usage: string
  readonly flags: readonly Flag[]
  run(session: Session): Promise<void>
}

/** Flags of every command. */
export const globalFlags: readonly Flag[] = [
  { name: 'namespace', short: 'n', type: 'text', help: 'the namespace to look in' },
  { name: 'kubeconfig', type: 'text', help: 'file that says how to reach the cluster' },
  { name: 'context', type: 'text', help: 'which context of that file' },
  { name: 'server', short: 's', type: 'text', help: 'address of the API server' },
  { name: 'help', short: 'h', type: 'on', help: 'these words' },
]

export const allNamespaces: Flag = { name: 'all-namespaces', short: 'A', type: 'on', help: 'in every namespace' }
export const selector: Flag = {
  name: 'selector',
  short: 'l',
  type: 'text',
  help: 'labels to select by: a=b,c!=d,e in (f,g)',
}
export const fieldSelector: Flag = {
  name: 'field-selector',
  type: 'text',
  help: 'fields to select by: metadata.name=x',
}
export const output: Flag = {
  name: 'output',
  short: 'o',
  type: 'text',
  help: 'wide, yaml, json, name, jsonpath=…, custom-columns=…',
}
export const filename: Flag = {
  name: 'filename',
  short: 'f',
  type: 'list',
  help: 'file or folder; - is standard input',
}
export const recursive: Flag = { name: 'recursive', short: 'R', type: 'on', help: 'folders within folders too' }
export const dryRun: Flag = {
  name: 'dry-run',
  type: 'text',
  bare: 'unchanged',
  help: 'client or server: only say what would be',
}
export const fieldManager: Flag = { name: 'field-manager', type: 'text' }
export const ignoreNotFound: Flag = { name: 'ignore-not-found', type: 'on', help: 'what is not there is no error' }
export const timeout: Flag = { name: 'timeout', type: 'duration', help: 'how long to wait: 30s, 2m' }
export const all: Flag = { name: 'all', type: 'on', help: 'every object of the kind' }
