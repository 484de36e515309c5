import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { finding } from '../messages/catalogue.ts'
import type { Finding } from './finding.ts'
import { SourceFile } from './source-file.ts'

/** A cluster refuses requests above 3 MB. */
const LIMIT_MB = 3
const MB = 1024 * 1024

export type Read = { readonly source: SourceFile } | { readonly finding: Finding }

/** The text of a learner's file, or what is the matter with it. Never throws. */
export function readSource(folder: string, name: string): Read {
  const full = path.join(folder, name)
  try {
    const stat = statSync(full)
    if (stat.isDirectory()) return { finding: finding('file-is-folder', {}, { file: name }) }
    if (!stat.isFile()) return { finding: finding('file-binary', {}, { file: name }) }
    if (stat.size > LIMIT_MB * MB) {
      const megabytes = Math.round(stat.size / MB)
      return { finding: finding('file-too-large', { megabytes, limit: LIMIT_MB }, { file: name }) }
    }
    return decode(name, readFileSync(full))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return { finding: finding('file-missing', {}, { file: name }) }
    return { finding: finding('file-unreadable', { reason: String(code ?? error) }, { file: name }) }
  }
}

function decode(name: string, bytes: Buffer): Read {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { finding: finding('file-utf16', {}, { file: name }) }
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!text.includes('\0')) return { source: new SourceFile(name, text) }
  } catch {
    // not UTF-8: no text
  }
  return { finding: finding('file-binary', {}, { file: name }) }
}
