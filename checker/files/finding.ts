/** A place in a file: what an editor jumps to and what the caret points at. All numbers start at 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Characters that the caret underlines, within the line; at least 1. */
  readonly length: number
  /** The line itself, without its end. */
  readonly text: string
  /** The line above it, where there is one. */
  readonly before?: string
}

/** `error`: this cannot work. `note`: it works, and is worth knowing. */
export type Level = 'error' | 'note'

/** One thing that the checker says about a file. */
export interface Finding {
  /** Stable, from the catalogue of messages. */
  readonly code: string
  readonly level: Level
  readonly message: string
  readonly file?: string
  readonly place?: Place
  /** Further lines: where the other half of the matter stands, what to read. */
  readonly more: readonly string[]
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === 'error')
}

/** In the order of a reader: by file, line and column; what has no place comes first. */
export function inReadingOrder(findings: readonly Finding[], files: readonly string[] = []): readonly Finding[] {
  const rank = (finding: Finding) => {
    const at = files.indexOf(finding.file ?? '')
    return at < 0 ? files.length : at
  }
  return [...findings].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.file ?? '').localeCompare(b.file ?? '') ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0),
  )
}
