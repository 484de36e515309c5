/** Who types where. */
export interface PromptFacts {
  /** `sh`, `/bin/bash` */
  readonly shell: string
  /** What FROM names. */
  readonly base: string
  readonly user: string
  readonly hostname: string
  readonly home: string
}

/** What a shell shows before a line, by the folder: busybox's, Debian's dash, or bash's. */
export function promptOf({ shell, base, user, hostname, home }: PromptFacts): (cwd: string) => string {
  const sign = user === 'root' ? '#' : '$'
  const place = (cwd: string) => (cwd === home || cwd.startsWith(`${home}/`) ? `~${cwd.slice(home.length)}` : cwd)
  if (shell.endsWith('bash')) return (cwd) => `${user}@${hostname}:${place(cwd)}${sign} `
  const isDebian = base.startsWith('node:') && !base.includes('alpine')
  return isDebian ? () => `${sign} ` : (cwd) => `${place(cwd)} ${sign} `
}
