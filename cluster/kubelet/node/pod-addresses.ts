import { readFile, writeFile } from 'node:fs/promises'

/**
 * Gives each pod of a node an address of its own, in turn, so that one that was given back is not given again soon. Follows
 * the host-local plugin: the last one given is remembered in a file.
 */
export class PodAddresses {
  readonly #first: number
  readonly #size: number
  readonly #file: string
  readonly #taken = new Set<number>()
  #last = 1
  #written: Promise<void> = Promise.resolve()

  /** `cidr`: IPv4, `10.244.1.0/24`. The first two addresses (network, bridge) and the last are not given. */
  constructor(cidr: string, file: string) {
    const [base = '', bits = '24'] = cidr.split('/')
    this.#first = toNumber(base)
    this.#size = 2 ** (32 - Number(bits))
    this.#file = file
  }

  async load(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => '')
    const offset = toNumber(text.trim()) - this.#first
    if (offset >= 1 && offset < this.#size - 1) this.#last = offset
  }

  /** Throws an Error with the plugin's words when all are taken. */
  take(): string {
    for (let tries = 0; tries < this.#size; tries++) {
      this.#last = this.#last + 1 < this.#size - 1 ? this.#last + 1 : 2
      if (this.#taken.has(this.#last)) continue
      this.#taken.add(this.#last)
      const address = toText(this.#first + this.#last)
      this.#written = this.#written.then(() => writeFile(this.#file, address)).catch(() => {})
      return address
    }
    const range = `${toText(this.#first + 1)}-${toText(this.#first + this.#size - 2)}`
    throw new Error(`failed to allocate for range 0: no IP addresses available in range set: ${range}`)
  }

  free(address: string): void {
    this.#taken.delete(toNumber(address) - this.#first)
  }

  freeAll(): void {
    this.#taken.clear()
  }

  /** Resolves when the file has what was given last. */
  saved(): Promise<void> {
    return this.#written
  }
}

function toNumber(address: string): number {
  const parts = address.split('.').map(Number)
  return parts.length === 4 ? parts.reduce((sum, part) => sum * 256 + part, 0) : -1
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
