import { finding } from '../messages/catalogue.ts'
import type { Finding } from './finding.ts'
import { type Parsed, type ParsedDocument, parseYaml } from './parse-yaml.ts'
import type { SourceFile } from './source-file.ts'

/** kubectl takes a file for JSON when its first character is a brace, and is strict with it from there. */
export function looksLikeJson(source: SourceFile): boolean {
  return /^\s*\{/.test(source.text)
}

/** Reads JSON values that stand one after another, with the positions that the YAML reader finds (JSON is YAML). */
export function parseJson(source: SourceFile): Parsed {
  const documents: ParsedDocument[] = []
  const findings: Finding[] = []
  for (const [start, end] of values(source.text)) {
    const text = source.text.slice(start, end)
    try {
      JSON.parse(text)
    } catch (error) {
      findings.push(jsonFinding(source, start, error))
      // what follows a broken value has lost its braces
      break
    }
    // outside of strings a tab is only space, and inside of them JSON has none
    const padded = source.text.slice(0, start).replace(/[^\n]/g, ' ') + text.replaceAll('\t', ' ')
    const parsed = parseYaml(source, padded)
    documents.push(...parsed.documents)
    findings.push(...parsed.findings)
  }
  return { documents, findings }
}

function jsonFinding(source: SourceFile, start: number, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error)
  const [, words = message] = /^(.*?)(?: in JSON at position.*|,? \S*\.{0,3}".*is not valid JSON)$/s.exec(message) ?? []
  const detail = words.charAt(0).toLowerCase() + words.slice(1)
  const offset = start + brokenAt(source.text.slice(start))
  return finding('json-syntax', { detail }, { place: source.placeAt(offset) })
}

/** The offset of the first character that JSON cannot go on with: JavaScript's own error does not always have it. */
function brokenAt(text: string): number {
  let sound = 0
  let broken = text.length
  while (sound < broken) {
    const middle = Math.floor((sound + broken) / 2) + 1
    if (isBeginning(text.slice(0, middle))) sound = middle
    else broken = middle - 1
  }
  return Math.min(sound, text.trimEnd().length - 1)
}

/** Whether a text could be the beginning of JSON. */
function isBeginning(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const message = String(error)
    if (/end of JSON input|Unterminated string/.test(message)) return true
    const position = /position (\d+)/.exec(message)?.[1]
    return position !== undefined && Number(position) >= text.length
  }
}

/** The ranges of top-level values: a brace to its partner, strings left alone. What has no partner reaches to the end. */
function values(text: string): [number, number][] {
  const ranges: [number, number][] = []
  let depth = 0
  let start = -1
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at += 1
      else if (char === '"') inString = false
      continue
    }
    if (start < 0 && char !== undefined && char.trim() !== '') start = at
    if (char === '"') inString = true
    else if (char === '{' || char === '[') depth += 1
    else if ((char === '}' || char === ']') && --depth === 0) {
      ranges.push([start, at + 1])
      start = -1
    }
  }
  if (start >= 0) ranges.push([start, text.length])
  return ranges
}
