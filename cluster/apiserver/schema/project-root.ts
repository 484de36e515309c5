import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The project's folder, found upwards from this file: also when this code runs from a bundle in the project's cache. */
export function projectRoot(from = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', '@kubernetes', 'client-node'))) return folder
    if (folder === dirname(folder)) throw new Error(`no installed project above ${from}: run npm ci first`)
  }
}
