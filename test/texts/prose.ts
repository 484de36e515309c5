/** The words of a Markdown text that a learner reads as sentences: without blocks of commands, code and pictures. */
export function proseOf(markdown: string): string {
  return markdown
    .replace(/^ *```[\s\S]*?^ *```$/gm, '')
    .replace(/^\|[-:| ]+\|$/gm, '')
    .replace(/\]\([^)]*\)/g, ']')
}

export function wordsIn(prose: string): number {
  return prose.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length
}

/** The headings of the second level, in order. */
export function sectionsOf(markdown: string): string[] {
  return [...markdown.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^## (.*)$/gm)].map(([, title = '']) => title)
}
