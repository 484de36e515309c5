/** What the shell's process asks the runtime beside what every container's process asks. */
export type ShellRequest =
  /** Starts `node FILE` in the container; its output goes where the shell's own goes, or comes back with the answer. */
  | {
      readonly do: 'run'
      readonly argv: readonly string[]
      readonly env: Readonly<Record<string, string>>
      readonly cwd: string
      readonly capture: boolean
    }
  /** The same, in the shell's place: the container's process from now on. The shell ends. */
  | {
      readonly do: 'become'
      readonly argv: readonly string[]
      readonly env: Readonly<Record<string, string>>
      readonly cwd: string
    }
  /** Ctrl-C: a signal to what this shell has started. */
  | { readonly do: 'interrupt' }
  | { readonly do: 'processes' }
  | { readonly do: 'kill'; readonly pid: number; readonly signal: string }

export type ShellAnswer =
  | { readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly processes: readonly { readonly pid: number; readonly command: string }[] }
  | { readonly ok: boolean }

/** Where the preload puts the shell's way to the runtime; no app has it. */
export const SHELL_DOOR = Symbol.for('kubernetes-by-hand.shell')

export type ShellDoor = (request: ShellRequest) => Promise<ShellAnswer>
