import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { marked, type Token } from 'marked'
import type { TextFile } from './text-files.ts'

/** Where the links of a Markdown text lead, as they are written. */
export function linksOf(markdown: string): string[] {
  const links: string[] = []
  const visit = (token: Token) => {
    if (token.type === 'link' || token.type === 'image') links.push(String(token.href))
    if (token.type === 'html')
      links.push(...[...String(token.raw).matchAll(/\b(?:href|src)="([^"]*)"/g)].map(([, to = '']) => to))
  }
  marked.walkTokens(marked.lexer(markdown), visit)
  return links
}

/** The names by which the headings of a Markdown text can be linked to, as GitHub gives them. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>()
  return marked
    .lexer(markdown)
    .flatMap((token) => (token.type === 'heading' && 'text' in token ? [token] : []))
    .map((token) => {
      const text = String(token.text).replace(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1')
      const slug = text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-')
      const times = seen.get(slug) ?? 0
      seen.set(slug, times + 1)
      return times === 0 ? slug : `${slug}-${times}`
    })
}

/**
 * What is wrong with a link of a text in `root`; undefined when it leads somewhere. A link to another site is not followed: it must be an
 * https address.
 */
export function problemOfLink(link: string, { name, markdown }: TextFile, root: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link))
    return URL.canParse(link) && link.startsWith('https://') ? undefined : 'is no https address'
  const [to = '', anchor] = link.split('#')
  const target = path.join(root, path.dirname(name), decodeURIComponent(to))
  if (to !== '') {
    if (!existsSync(target)) return 'leads to no file'
    if (path.relative(root, target).startsWith('..')) return 'leads out of the workbook'
  }
  if (anchor === undefined) return undefined
  if (to !== '' && !(target.endsWith('.md') && statSync(target).isFile())) return 'names a heading of what is no text'
  const headings = anchorsOf(to === '' ? markdown : readFileSync(target, 'utf8'))
  return headings.includes(anchor) ? undefined : `names no heading; there are ${headings.join(', ')}`
}
