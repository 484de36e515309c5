const SHELLS: ReadonlySet<string> = new Set(['sh', 'ash', 'bash'])

export function isShell(program: string): boolean {
  return SHELLS.has(program.split('/').at(-1) as string)
}

/** A shell that gets neither a line nor a file: on a terminal, somebody types. */
export function isInteractiveShell([program = '', ...rest]: readonly string[]): boolean {
  return isShell(program) && rest.every((word) => /^-[a-z]*$/.test(word) && !word.includes('c'))
}
