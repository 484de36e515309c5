import type { Place } from './finding.ts'

/** The text of a learner's file, without BOM, and where in it a character stands. */
export class SourceFile {
  /** As the learner names it: relative to the lesson's folder, with `/`. */
  readonly name: string
  readonly text: string
  readonly #starts: number[]

  constructor(name: string, text: string) {
    this.name = name
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text
    this.#starts = [0]
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  get lines(): number {
    return this.#starts.length
  }

  /** A line by its number from 1, without its end; `''` when there is none. */
  line(number: number): string {
    const start = this.#starts[number - 1]
    if (start === undefined) return ''
    const end = this.#starts[number] ?? this.text.length + 1
    return this.text.slice(start, end - 1).replace(/\r$/, '')
  }

  /** The place of the characters from `start` to `end` (offsets from 0); a range of several lines is cut at the first. */
  placeAt(start: number, end = start + 1): Place {
    const bounded = Math.max(0, Math.min(start, this.text.length))
    const line = this.#lineOf(bounded)
    const column = bounded - (this.#starts[line - 1] ?? 0) + 1
    const text = this.line(line)
    const length = Math.max(1, Math.min(end - bounded, text.length - column + 1))
    return { file: this.name, line, column, length, text, ...(line > 1 && { before: this.line(line - 1) }) }
  }

  #lineOf(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}
