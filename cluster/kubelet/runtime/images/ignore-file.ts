import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathPattern } from './path-pattern.ts'

interface Rule {
  readonly pattern: RegExp
  readonly exclude: boolean
}

/** A `.dockerignore`: the last rule that fits a path, or a folder above it, decides. */
export class IgnoreFile {
  readonly #rules: readonly Rule[]

  constructor(text: string) {
    this.#rules = text
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const exclude = !line.startsWith('!')
        const pattern = path.posix.normalize(exclude ? line : line.slice(1).trim()).replace(/^\/+|\/+$/g, '')
        return { pattern: pathPattern(pattern), exclude }
      })
  }

  /** The one of a build context: `<Dockerfile>.dockerignore` beside the Dockerfile, else `.dockerignore`. */
  static async of(context: string, dockerfile: string): Promise<IgnoreFile> {
    for (const file of [`${dockerfile}.dockerignore`, path.join(context, '.dockerignore')]) {
      const text = await readFile(file, 'utf8').catch(() => undefined)
      if (text !== undefined) return new IgnoreFile(text)
    }
    return new IgnoreFile('')
  }

  /** `file`: relative to the context, with `/`. */
  ignores(file: string): boolean {
    const parts = file.split('/')
    const withParents = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    let ignored = false
    for (const { pattern, exclude } of this.#rules) {
      if (ignored !== exclude && withParents.some((name) => pattern.test(name))) ignored = exclude
    }
    return ignored
  }
}
