import type { Component } from '../client/component.ts'
import type { ComponentStatus } from './status.ts'

interface Switch {
  readonly component: Component
  running: boolean
  /** Starts and stops of one component happen one after another. */
  last: Promise<void>
}

/** The components of the cluster, each of which may be stopped and started by itself. */
export class Switchboard {
  readonly #switches = new Map<string, Switch>()
  readonly #groups = new Map<string, readonly string[]>()

  constructor(components: readonly Component[]) {
    for (const component of components) {
      this.#switches.set(component.name, { component, running: false, last: Promise.resolve() })
    }
  }

  /** Names several components at once. */
  group(name: string, members: readonly string[]): void {
    this.#groups.set(name, members)
  }

  status(): readonly ComponentStatus[] {
    return [...this.#switches.values()].map(({ component, running }) => ({ name: component.name, running }))
  }

  /** Resolves when it runs. Throws UnknownComponent. */
  async start(name: string): Promise<void> {
    await Promise.all(this.#named(name).map((each) => turn(each, true)))
  }

  /** Resolves when nothing of it runs any more. Throws UnknownComponent. */
  async stop(name: string): Promise<void> {
    await Promise.all(this.#named(name).map((each) => turn(each, false)))
  }

  async startAll(): Promise<void> {
    await Promise.all([...this.#switches.values()].map((each) => turn(each, true)))
  }

  /** Stops all, the last given first. */
  async stopAll(): Promise<void> {
    for (const each of [...this.#switches.values()].reverse()) await turn(each, false)
  }

  #named(name: string): readonly Switch[] {
    const names = this.#groups.get(name) ?? [name]
    return names.map((own) => {
      const found = this.#switches.get(own)
      if (!found) throw new UnknownComponent(name, [...this.#switches.keys(), ...this.#groups.keys()])
      return found
    })
  }
}

function turn(each: Switch, on: boolean): Promise<void> {
  const act = async () => {
    if (each.running === on) return
    each.running = on
    await (on ? each.component.start() : each.component.stop())
  }
  each.last = each.last.then(act, act)
  return each.last
}

export class UnknownComponent extends Error {
  override readonly name = 'UnknownComponent'

  constructor(name: string, known: readonly string[]) {
    super(`There is no component "${name}". The components are: ${known.join(', ')}`)
  }
}
