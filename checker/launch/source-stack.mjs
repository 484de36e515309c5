/** Where an error happened, in the source rather than in the bundle. Maps are read only when something went wrong. */
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The stack of an error, with places of the bundle replaced by those of the source, relative to the repository. */
export function sourceStack(error, root) {
  const maps = new Map()
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const mapped = stack.replace(/(file:\/\/[^\s()]+?):(\d+):(\d+)/g, (place, url, line, column) => {
    try {
      const file = fileURLToPath(url)
      if (!maps.has(file)) maps.set(file, new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))))
      const found = maps.get(file).findEntry(line - 1, column - 1)
      if (!found.originalSource) return place
      const source = path.resolve(path.dirname(file), decodeURI(found.originalSource))
      return `${path.relative(root, source)}:${found.originalLine + 1}:${found.originalColumn + 1}`
    } catch {
      return place
    }
  })
  return error instanceof Error && error.cause ? `${mapped}\n  caused by: ${sourceStack(error.cause, root)}` : mapped
}
