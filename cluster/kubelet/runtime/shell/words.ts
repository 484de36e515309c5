const REASONS: Readonly<Record<string, string>> = {
  EROFS: 'Read-only file system',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOENT: 'nonexistent directory',
  ENOTDIR: 'Not a directory',
  ENOSPC: 'No space left on device',
}

/** What busybox says of a redirection whose file cannot be written. */
export function cannotCreate(file: string, { code = '', message }: NodeJS.ErrnoException): string {
  return `sh: can't create ${file}: ${REASONS[code] ?? message}\n`
}

/** A word as a shell's source names it. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** just-bash speaks as bash; these images' shell is busybox's. */
export function busyboxWords(text: string): string {
  return text
    .replace(/^bash: (?:line \d+: )?(.*): command not found$/gm, 'sh: $1: not found')
    .replace(/^bash: (?:line \d+: )?(.*): No such file or directory$/gm, "sh: can't open $1: no such file")
    .replace(/^bash: /gm, 'sh: ')
}
