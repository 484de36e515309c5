/** Keys in order, for lists by prefix. Insertion moves memory, which for tens of thousands of keys takes microseconds. */
export class SortedKeys {
  #keys: string[] = []

  add(key: string): void {
    const at = this.#find(key)
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key)
  }

  delete(key: string): void {
    const at = this.#find(key)
    if (this.#keys[at] === key) this.#keys.splice(at, 1)
  }

  /** Keys that begin with the prefix, in order. */
  startingWith(prefix: string): string[] {
    return this.#keys.slice(this.#find(prefix), this.#find(`${prefix}\uffff`))
  }

  /** All keys at once, in any order: for filling. */
  fill(keys: Iterable<string>): void {
    this.#keys = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  }

  #find(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#keys[middle] as string) < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
