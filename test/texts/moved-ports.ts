import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePort } from '../../checker/live/free-port.ts'

/** Free ports of this machine that stand in for those that a text names, in the text's commands, its outputs and the learner's files. */
export class MovedPorts {
  readonly #ports: ReadonlyMap<string, string>

  private constructor(ports: ReadonlyMap<string, string>) {
    this.#ports = ports
  }

  static async of(ports: readonly number[]): Promise<MovedPorts> {
    const moved = new Map<string, string>()
    for (const port of ports) {
      let other = await freePort()
      while ([...moved.values()].includes(String(other))) other = await freePort()
      moved.set(String(port), String(other))
    }
    return new MovedPorts(moved)
  }

  /** For the name of what is tried: ` (3000 is 41233 here)`. */
  get note(): string {
    const moves = [...this.#ports].map(([port, other]) => `${port} is ${other}`)
    return moves.length > 0 ? ` (${moves.join(', ')} here)` : ''
  }

  inText(text: string): string {
    return [...this.#ports].reduce(
      (moved, [port, other]) => moved.replace(new RegExp(`\\b${port}\\b`, 'g'), other),
      text,
    )
  }

  inFiles(folder: string, names: readonly string[]): void {
    for (const name of names) {
      const file = path.join(folder, name)
      writeFileSync(file, this.inText(readFileSync(file, 'utf8')))
    }
  }
}
