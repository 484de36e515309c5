import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
} from 'yaml'
import { finding } from '../messages/catalogue.ts'
import type { Finding } from './finding.ts'
import { type Json, type JsonMap, Located, type Spot, type Spots } from './located.ts'
import { resolveScalar } from './scalar.ts'
import type { SourceFile } from './source-file.ts'
import { MAX_DEPTH, syntaxFinding } from './syntax-error.ts'

/** More values than any manifest has: what aliases unfold to is counted as often as it is used. */
const MAX_VALUES = 200_000

export interface Parsed {
  /** One for each document that has something in it; what is no map is here too (`Located` only where it is one). */
  readonly documents: readonly ParsedDocument[]
  readonly findings: readonly Finding[]
}

export interface ParsedDocument {
  readonly value: Json
  readonly spots: Spots
  readonly range: readonly [number, number]
}

/** Reads YAML as kubectl does (go-yaml v2). A document with a syntax error gives a finding; the others are still read. */
export function parseYaml(source: SourceFile, text = source.text): Parsed {
  const documents: ParsedDocument[] = []
  const findings: Finding[] = []
  const tooDeep = deepest(text)
  if (tooDeep !== undefined) {
    return { documents, findings: [finding('yaml-depth', { limit: MAX_DEPTH }, { place: source.placeAt(tooDeep) })] }
  }
  // failsafe: every scalar stays a string, and resolveScalar says what go-yaml makes of it
  const parsed = parseAllDocuments(text, {
    schema: 'failsafe',
    version: '1.1',
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
    logLevel: 'silent',
  })
  for (const document of Array.isArray(parsed) ? parsed : []) {
    if (document.errors.length > 0) {
      findings.push(syntaxFinding(source, document.errors))
      continue
    }
    if (!document.contents || isNothing(document.contents)) continue
    const reader = new Reader(source, document)
    try {
      const value = reader.read(document.contents as Node, 0)
      const [start = 0, end = start] = document.contents.range ?? []
      documents.push({ value, spots: reader.spots, range: [start, end] })
      findings.push(...reader.notes)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      findings.push(error.finding)
    }
  }
  return { documents, findings }
}

/** The object of a document, or undefined when it is no map. */
export function located(source: SourceFile, { value, spots, range }: ParsedDocument): Located | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Located(source, value, spots, range)
    : undefined
}

class Unreadable extends Error {
  readonly finding: Finding
  constructor(finding: Finding) {
    super(finding.message)
    this.finding = finding
  }
}

class Reader {
  readonly spots: Spots = new WeakMap()
  readonly notes: Finding[] = []
  readonly #source: SourceFile
  readonly #document: Document
  readonly #targets = new WeakMap<Node, Node>()
  #values = 0

  constructor(source: SourceFile, document: Document) {
    this.#source = source
    this.#document = document
  }

  read(node: Node | null, depth: number): Json {
    if (++this.#values > MAX_VALUES) this.#fail(finding('yaml-alias-bomb', {}, this.#where(node)))
    if (depth > MAX_DEPTH) this.#fail(finding('yaml-depth', { limit: MAX_DEPTH }, this.#where(node)))
    if (isAlias(node)) return this.read(this.#target(node), depth + 1)
    if (isScalar(node)) return this.#scalar(node)
    if (isMap(node)) return this.#map(node.items as Pair<Node, Node | null>[], depth)
    if (isSeq(node)) {
      const spots = new Map<string | number, Spot>()
      const list = (node.items as Node[]).map((item, index) => {
        spots.set(index, { value: rangeOf(item) })
        return this.read(item, depth + 1)
      })
      this.spots.set(list, spots)
      return list
    }
    return null
  }

  #map(pairs: readonly Pair<Node, Node | null>[], depth: number): JsonMap {
    const map: JsonMap = {}
    const spots = new Map<string | number, Spot>()
    const merged: Node[] = []
    for (const { key: keyNode, value } of pairs) {
      if (isScalar(keyNode) && keyNode.type === 'PLAIN' && keyNode.value === '<<' && value) {
        merged.push(value)
        continue
      }
      const key = this.#key(keyNode)
      const first = spots.get(key)
      if (first?.key) {
        const line = this.#source.placeAt(first.key[0]).line
        this.notes.push(finding('yaml-duplicate-key', { key, line }, { ...this.#where(keyNode), level: 'note' }))
      }
      define(map, key, this.read(value, depth + 1))
      const keyRange = rangeOf(keyNode)
      spots.set(key, { key: keyRange, value: value ? rangeOf(value, keyRange) : keyRange })
    }
    // own keys win over merged ones, and earlier merged maps over later ones
    for (const node of merged) this.#merge(map, spots, node, depth + 1)
    this.spots.set(map, spots)
    return map
  }

  #merge(map: JsonMap, spots: Map<string | number, Spot>, node: Node, depth: number): void {
    const target = isAlias(node) ? this.#target(node) : node
    const value = this.read(target, depth)
    const maps = Array.isArray(value) ? value : [value]
    for (const from of maps) {
      if (typeof from !== 'object' || from === null || Array.isArray(from)) {
        this.#fail(finding('yaml-merge', {}, this.#where(node)))
      }
      for (const [key, item] of Object.entries(from)) {
        if (Object.hasOwn(map, key)) continue
        define(map, key, item)
        const spot = this.spots.get(from)?.get(key)
        if (spot) spots.set(key, spot)
      }
    }
  }

  #key(node: Node): string {
    const target = isAlias(node) ? this.#target(node) : node
    const value = this.read(target, 0)
    if (typeof value === 'object') {
      const found = value === null ? 'nothing' : Array.isArray(value) ? 'a list' : 'a map'
      this.#fail(finding('yaml-key', { found }, this.#where(node)))
    }
    return String(value)
  }

  #scalar(node: Scalar): Json {
    const source = typeof node.value === 'string' ? node.value : ''
    const tag = node.tag
    if (tag?.endsWith(':binary')) return Buffer.from(source, 'base64').toString('utf8')
    if (tag?.endsWith(':str')) return source
    const typed = tag !== undefined && /:(int|float|bool|null)$/.test(tag)
    if (!typed && node.type !== undefined && node.type !== 'PLAIN') return source
    const value = resolveScalar(source)
    if (value === undefined) this.#fail(finding('yaml-value', { found: source }, this.#where(node)))
    return value
  }

  #target(alias: Node): Node {
    const target = this.#targets.get(alias) ?? (isAlias(alias) ? alias.resolve(this.#document) : undefined)
    if (!target) {
      const name = isAlias(alias) ? alias.source : ''
      this.#fail(finding('yaml-alias', { name }, this.#where(alias)))
    }
    // resolving walks the document, and an alias may be met a thousand times
    this.#targets.set(alias, target)
    return target
  }

  #where(node: Node | null) {
    const [start, end] = node ? rangeOf(node) : [0, 1]
    return { place: this.#source.placeAt(start, end) }
  }

  #fail(found: Finding): never {
    throw new Unreadable(found)
  }
}

/** `__proto__` is a key like any other. */
function define(map: JsonMap, key: string, value: Json): void {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
}

function rangeOf(node: Node, otherwise: readonly [number, number] = [0, 1]): readonly [number, number] {
  const range = node.range
  return range ? [range[0], range[1]] : otherwise
}

function isNothing(node: unknown): boolean {
  return isScalar(node) && (node.type === undefined || node.type === 'PLAIN') && node.value === ''
}

/** The offset at which brackets or indentation get too deep for a recursive parser, or undefined. */
function deepest(text: string): number | undefined {
  let open = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5b || code === 0x7b) {
      if (++open > MAX_DEPTH) return at
    } else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1
    else if (code === 0x0a) {
      let column = at + 1
      let dashes = 0
      while (text[column] === ' ' || text[column] === '-') {
        if (text[column] === '-' && text[column + 1] === ' ') dashes += 1
        column += 1
      }
      if (dashes > MAX_DEPTH || (column - at > MAX_DEPTH * 4 && text[column] !== '\n')) return at + 1
    }
  }
  return undefined
}
