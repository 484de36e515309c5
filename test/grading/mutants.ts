/** Machine-made single changes of a right answer: a field removed, a number or a name changed, two values swapped, a line removed. */
import { type Document, isCollection, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml'

export interface Mutant {
  /** `service.yaml spec.ports[0].port: 80 → 81` */
  readonly name: string
  readonly file: string
  readonly text: string
}

type Step = string | number

/** All mutants of a YAML file. */
export function yamlMutants(file: string, text: string): Mutant[] {
  const mutants: Mutant[] = []
  const documents = [...parseAllDocuments(text)]
  for (const [index, document] of documents.entries()) {
    const where = documents.length > 1 ? `${file}#${index + 1}` : file
    const mutate = (what: string, change: (copy: Document) => void) => {
      const copies = [...parseAllDocuments(text)]
      const copy = copies[index]
      if (!copy) return
      change(copy)
      mutants.push({ name: `${where} ${what}`, file, text: copies.map(String).join('---\n') })
    }
    const leaves: { path: Step[]; value: unknown }[] = []
    walk(document.contents, [], (path, value, isLeaf) => {
      if (path.length > 0) mutate(`${shown(path)} removed`, (copy) => copy.deleteIn(path))
      if (!isLeaf) return
      leaves.push({ path, value })
      for (const other of others(value))
        mutate(`${shown(path)}: ${value} → ${other}`, (copy) => copy.setIn(path, other))
    })
    for (const [a, b] of neighbours(leaves)) {
      mutate(`${shown(a.path)} and ${shown(b.path)} swapped`, (copy) => {
        copy.setIn(a.path, b.value)
        copy.setIn(b.path, a.value)
      })
    }
  }
  return mutants
}

/** Each line of a program or Dockerfile left out, but comments and empty ones. */
export function lineMutants(file: string, text: string): Mutant[] {
  const lines = text.split('\n')
  return lines.flatMap((line, index) =>
    line.trim() === '' || /^\s*(\/\/|#|\*|\/\*)/.test(line)
      ? []
      : [{ name: `${file} line removed: ${line.trim()}`, file, text: lines.toSpliced(index, 1).join('\n') }],
  )
}

function walk(node: unknown, path: Step[], visit: (path: Step[], value: unknown, isLeaf: boolean) => void): void {
  if (isScalar(node)) {
    visit(path, node.value, true)
    return
  }
  if (!isCollection(node)) return
  visit(path, undefined, false)
  if (isMap(node)) {
    for (const { key, value } of node.items) walk(value, [...path, String(isScalar(key) ? key.value : key)], visit)
  } else if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index], visit)
}

function others(value: unknown): unknown[] {
  if (typeof value === 'number') return value === 0 ? [1] : [value + 1, value * 10]
  if (typeof value === 'boolean') return [!value]
  return typeof value === 'string' ? [`${value}x`] : []
}

/** Values that stand next to each other and are not the same. */
function neighbours<T extends { path: Step[]; value: unknown }>(leaves: readonly T[]): [T, T][] {
  return leaves.slice(1).flatMap((leaf, index): [T, T][] => {
    const before = leaves[index]
    return before && before.value !== leaf.value ? [[before, leaf]] : []
  })
}

function shown(path: readonly Step[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
}

/** A sample that is the same for the same seed. */
export function sample<T>(items: readonly T[], size: number, seed: number): T[] {
  let state = seed >>> 0
  const random = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, size)
    .map(({ item }) => item)
}
