import { proseOf } from './prose.ts'

/** A word of the lessons, as `lessons/GLOSSARY.md` has it: `**API server** or **kube-apiserver** ([lesson 1]): What it is.` */
export interface Term {
  /** The first is the one that it stands under. */
  readonly names: readonly string[]
  /** The lesson that explains it. */
  readonly lesson: number
  readonly meaning: string
}

const ENTRY = /^(\*\*[^*]+\*\*(?: or \*\*[^*]+\*\*)*) \(\[lesson (\d+)\]\): (.+)$/

/** The terms of the glossary, in its order; lines of another shape that begin a term are thrown as an error. */
export function termsOf(markdown: string): Term[] {
  return markdown.split('\n').flatMap((line) => {
    if (!line.startsWith('**')) return []
    const [, names = '', lesson, meaning = ''] = ENTRY.exec(line) ?? []
    if (lesson === undefined) throw new SyntaxError(`not of the shape "**term** ([lesson 3]): …": ${line}`)
    return [{ names: names.replaceAll('**', '').split(' or '), lesson: Number(lesson), meaning }]
  })
}

/** What is read of a text, one paragraph, item or row each; no headings, and no captions: the words of a picture come with it. */
export function paragraphsOf(markdown: string): string[] {
  return proseOf(markdown)
    .split(/\n/)
    .filter((line) => line.trim() !== '' && !/^#|^\*The picture in words/.test(line))
}

/**
 * Where a term is first used, as a place in `paragraphs`; -1: nowhere. What is in backquotes is what a machine reads, and no use; nor is
 * a sentence that points to the lesson which explains it. `Service` is not `service`, and `Node` runs JavaScript.
 */
export function firstUse({ names, lesson }: Term, paragraphs: readonly string[]): number {
  return paragraphs.findIndex((paragraph) =>
    paragraph
      .split(/(?<=[.:;?!)])\s+/)
      .filter((sentence) => !pointsTo(lesson, sentence))
      .some((sentence) => names.some((name) => new RegExp(wordOf(name)).test(sentence.replace(/`[^`]*`/g, '…')))),
  )
}

/**
 * Where a term is explained, as a place in `paragraphs`; -1: nowhere. It is explained where it is bold, where a sentence says what it is
 * (`A namespace is …`), or where an item of a list or a row of a table begins with it.
 */
export function explanation({ names }: Term, paragraphs: readonly string[]): number {
  const patterns = names.flatMap((name) => {
    const word = wordOf(name)
    return [
      new RegExp(`\\*\\*(?:[Tt]he |[Aa]n? )?${word}\\*\\*`, 'i'),
      new RegExp(`(?:^|[.(] ?)(?:An?|The) ${word} (?:is|are|means)`, 'i'),
      new RegExp(`^\\s*(?:[-*]|\\d+\\.|\\|) \`${word}\``, 'i'),
    ]
  })
  return paragraphs.findIndex((paragraph) => patterns.some((pattern) => pattern.test(paragraph)))
}

function wordOf(name: string): string {
  return `(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:e?s)?(?![\\w-])`
}

/** `Lesson 5 builds on it` may name what lesson 5 explains. */
function pointsTo(lesson: number, sentence: string): boolean {
  return [...sentence.matchAll(/\blessons? (\d+)|\((\d+(?:, \d+)*)\)/gi)].some(([, one, several]) =>
    (one ?? several ?? '').split(', ').some((number) => Number(number) >= lesson),
  )
}
