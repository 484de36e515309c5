import { stripVTControlCharacters } from 'node:util'
import { Marked } from 'marked'
import { markedTerminal } from 'marked-terminal'
import { COLUMNS, wrap } from './layout.ts'
import stringWidth from './string-width.ts'
import { textTable } from './text-table.ts'

/** What marked-terminal writes for a colon while it looks for emoji, and takes back in its own renderers only. */
const COLON = '*#COLON|*'

/** How far a list's items stand to the right of the text that it belongs to. */
const INDENT = 2

/**
 * A lesson's text for a terminal. A mermaid picture is left out: the caption below it, in the text itself, says the same in words.
 */
export function renderLesson(markdown: string, columns = COLUMNS): string {
  const marked = new Marked()
  marked.use(markedTerminal({ width: columns, reflowText: true, tab: INDENT, showSectionPrefix: false }))
  // marked-terminal prints the text of a list's item as it stands: what is code or bold in it is parsed here. It also counts the items
  // of a list within a numbered list as items of that one.
  marked.use({
    renderer: {
      text(token) {
        return 'tokens' in token && token.tokens ? this.parser.parseInline(token.tokens) : token.text
      },
      table({ header, rows }) {
        const cells = (row: typeof header) => row.map(({ tokens }) => this.parser.parseInline(tokens))
        return `${textTable(cells(header), rows.map(cells), columns)}\n\n`
      },
      list({ ordered, start, items }) {
        const lines = items.flatMap((item, at) => {
          const mark = ordered ? `${Number(start) + at}. ` : '* '
          const parts = item.tokens.map((token) => this.parser.parse([token], item.loose).replace(/^\n+|\s+$/g, ''))
          const [first = '', ...rest] = parts.join('\n').split('\n')
          return [mark + first, ...rest.map((line) => (line ? ' '.repeat(mark.length - INDENT) + line : line))]
        })
        return `${lines.map((line) => (line ? ' '.repeat(INDENT) + line : line)).join('\n')}\n\n`
      },
    },
  })
  const text = withoutPictures(markdown).replace(/^```sh-\S+$/gm, '```sh')
  return itemsWrapped(marked.parse(text, { async: false }).replaceAll(COLON, ':'), columns)
}

/** marked-terminal wraps paragraphs only: a list's items are wrapped here, below where their text begins. */
function itemsWrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => {
      const item = /^(\s*)((?:\*|\d+\.) )/.exec(stripVTControlCharacters(line))
      if (!item || stringWidth(line) <= columns) return line
      const [, space = '', mark = ''] = item
      return wrap(line.trimStart(), space.length + mark.length, columns, space.length)
    })
    .join('\n')
}

/** Mermaid blocks taken out; one without a caption in italics below it leaves a line that says so. */
export function withoutPictures(markdown: string): string {
  return markdown.replace(/^```mermaid\n[\s\S]*?^```\n(\s*)(?=(\*?))/gm, (_block, space: string, star: string) =>
    star === '*' ? space : `*(Here the text has a picture.)*\n${space}`,
  )
}
