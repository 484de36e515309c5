import type { Component } from '../client/component.ts'
import type { ComponentStatus } from './status.ts'

interface Switch {
  readonly component: Component
  running: boolean
  /** Asked to stop, and not to start since. */
  stopped: boolean
  /** Starts and stops of one component happen one after another. */
  last: Promise<void>
}

/** The components of the cluster, each of which may be stopped and started by itself. */
export class Switchboard {
  readonly #switches = new Map<string, Switch>()
  readonly #aliases = new Map<string, { readonly of: string; stop(): Promise<void> }>()

  constructor(components: readonly Component[]) {
    for (const component of components) {
      this.#switches.set(component.name, { component, running: false, stopped: false, last: Promise.resolve() })
    }
  }

  /** Another way to stop a component, by a name of its own: a node, which takes its kubelet and its containers with it. */
  alias(name: string, component: string, stop: () => Promise<void>): void {
    this.#aliases.set(name, { of: component, stop })
  }

  status(): readonly ComponentStatus[] {
    return [...this.#switches.values()].map(({ component, running, stopped }) => ({
      name: component.name,
      running,
      stopped,
    }))
  }

  /** Resolves when it runs. Throws UnknownComponent. */
  start(name: string): Promise<void> {
    return turn(this.#named(name), true)
  }

  /** Resolves when nothing of it runs any more. Throws UnknownComponent. */
  stop(name: string): Promise<void> {
    const named = this.#named(name)
    const alias = this.#aliases.get(name)
    if (!alias) return turn(named, false)
    named.stopped = true
    const lose = async () => {
      named.running = false
      await alias.stop()
    }
    named.last = named.last.then(lose, lose)
    return named.last
  }

  /** Starts all that `which` names. */
  async startAll(which: (name: string) => boolean): Promise<void> {
    const wanted = [...this.#switches].filter(([name]) => which(name))
    await Promise.all(wanted.map(([, each]) => turn(each, true)))
  }

  /** Stops all, the last given first. */
  async stopAll(): Promise<void> {
    for (const each of [...this.#switches.values()].reverse()) await turn(each, false)
  }

  #named(name: string): Switch {
    const found = this.#switches.get(this.#aliases.get(name)?.of ?? name)
    if (!found) throw new UnknownComponent(name, [...this.#switches.keys(), ...this.#aliases.keys()])
    return found
  }
}

function turn(each: Switch, on: boolean): Promise<void> {
  each.stopped = !on
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
