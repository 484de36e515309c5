/** A block of commands in a lesson's text, with the output that the text shows below it. */
export interface CommandBlock {
  readonly commands: string
  /** What the text says is printed; undefined when it shows nothing. */
  readonly output: string | undefined
  /** The text asks for it after the learner's work is done. */
  readonly afterSolution: boolean
  /** Its last command runs until the learner presses Ctrl-C. */
  readonly untilCtrlC: boolean
  /** Of the opening fence, from 1. */
  readonly line: number
}

const KINDS = ['sh', 'sh-ctrl-c', 'sh-solution', 'sh-solution-ctrl-c']

/**
 * The blocks of commands of a Markdown text, in order: those whose language is `sh`, with `-solution` where the learner's work is done
 * by then, and with `-ctrl-c` where the last command runs until Ctrl-C. A block without a language right below one is its output.
 */
export function commandBlocks(markdown: string): CommandBlock[] {
  const fences = [...markdown.matchAll(/^```([\w-]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? '',
    body: match[2] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }))
  return fences.flatMap(({ language, body, start, end }, index) => {
    if (!KINDS.includes(language)) return []
    const next = fences[index + 1]
    const below = next?.language === '' && markdown.slice(end, next.start).trim() === ''
    return [
      {
        commands: body,
        output: below ? next.body : undefined,
        afterSolution: language.startsWith('sh-solution'),
        untilCtrlC: language.endsWith('ctrl-c'),
        line: markdown.slice(0, start).split('\n').length,
      },
    ]
  })
}

/**
 * Whether what was printed is what the text shows. `…` stands for anything: within a line for a part of it, as a line of its own for any
 * number of lines. How many spaces stand between columns says nothing, nor how many empty lines between two that are not.
 */
export function isShown(shown: string, printed: string): boolean {
  const lines = tidy(shown).split('\n')
  const pattern = lines
    .map((line) =>
      line === '…'
        ? '(?:.*\\n)*?'
        : `${line
            .split('…')
            .map((part) => escaped(part.trim()))
            .join('\\s*.*?\\s*')}\\n`,
    )
    .join('')
  return new RegExp(`^${pattern}$`).test(`${tidy(printed)}\n`)
}

function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.trim().replace(/\s+/g, ' '))
  return lines
    .join('\n')
    .trim()
    .replace(/\n{3,}/g, '\n\n')
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
