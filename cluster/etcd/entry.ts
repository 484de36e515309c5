import { deepFreeze } from './deep-freeze.ts'

/** A value at a revision. Parsed and serialised once each, when first asked for; the value is deep-frozen, so it may be shared. */
export class Entry<T extends object> {
  readonly key: string
  readonly revision: number
  #value: T | undefined
  #json: string | undefined

  private constructor(key: string, revision: number, value: T | undefined, json: string | undefined) {
    this.key = key
    this.revision = revision
    this.#value = value
    this.#json = json
  }

  static of<T extends object>(key: string, revision: number, value: T): Entry<T> {
    return new Entry(key, revision, deepFreeze(value), undefined)
  }

  static parsed<T extends object>(key: string, revision: number, json: string): Entry<T> {
    return new Entry<T>(key, revision, undefined, json)
  }

  get value(): T {
    if (this.#value === undefined) this.#value = deepFreeze(JSON.parse(this.#json as string) as T)
    return this.#value
  }

  get json(): string {
    if (this.#json === undefined) this.#json = JSON.stringify(this.#value)
    return this.#json
  }
}
