import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import vm from 'node:vm'

/** A mermaid picture of a text. */
export interface Picture {
  readonly source: string
  /** The paragraph right below it. */
  readonly below: string
  /** Of the opening fence, from 1. */
  readonly line: number
}

export function picturesOf(markdown: string): Picture[] {
  return [...markdown.matchAll(/^```mermaid\n([\s\S]*?)^```\n\s*(.*)/gm)].map((match) => ({
    source: match[1] ?? '',
    below: match[2] ?? '',
    line: markdown.slice(0, match.index).split('\n').length,
  }))
}

/** Whether the paragraph below a picture says in words what it shows; the terminal shows that instead. */
export function isCaption(paragraph: string): boolean {
  return /^\*The picture in words: [^*].{40,}\*$/.test(paragraph)
}

const require = createRequire(import.meta.url)
/** Its own types are none that a module can import. */
const domino = require('@mixmark-io/domino') as { createWindow(html: string): { readonly document: object } }

interface Mermaid {
  parse(source: string): Promise<{ readonly diagramType: string }>
}

let mermaid: Mermaid | undefined

/** The kind of a picture, by mermaid's own parser; rejects with what the parser has to say of a mistake. */
export async function parsePicture(source: string): Promise<string> {
  mermaid ??= load()
  const { diagramType } = await mermaid.parse(source)
  return diagramType
}

/** Mermaid is made for browsers: it wants a window to clean labels in, and leaves itself in the global scope. */
function load(): Mermaid {
  const window = domino.createWindow('<!doctype html><html><body></body></html>')
  Object.assign(globalThis, { window, document: window.document })
  const file = require.resolve('@mermaid-js/tiny')
  vm.runInThisContext(readFileSync(file, 'utf8'), { filename: file })
  return (globalThis as unknown as { mermaid: Mermaid }).mermaid
}
