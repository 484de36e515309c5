import { nearest } from '../schema/did-you-mean.ts'
import type { Live, Probe } from './live.ts'
import { missed, passed, Settled } from './outcome.ts'

/** What tools give and cases ask for, as facts by their names. */
export interface Choice {
  /** The facts that each tool gives. */
  readonly tools: Readonly<Record<string, readonly string[]>>
  /** What each fact means, in half a sentence for the learner. */
  readonly facts: Readonly<Record<string, string>>
  /** Other names of tools: `k8s`. */
  readonly aliases?: Readonly<Record<string, string>>
}

/** The tools that give everything that is asked for. */
export function toolsFor({ tools }: Choice, needs: readonly string[]): string[] {
  return Object.keys(tools).filter((tool) => needs.every((need) => tools[tool]?.includes(need)))
}

/** A fact decides when, without it, another tool would do as well. */
export function decides(choice: Choice, needs: readonly string[], fact: string): boolean {
  const others = needs.filter((need) => need !== fact)
  return others.length < needs.length && toolsFor(choice, others).length > toolsFor(choice, needs).length
}

/**
 * The learner chose, for one case of a file, a tool that gives all that the case asks for, and names a fact that decides it. What is
 * right is worked out from the two tables, so that each choice which can be defended by them passes.
 */
export function decided(file: string, which: string, choice: Choice, needs: readonly string[]): Probe {
  return async (live) => {
    const { tools, facts, aliases } = choice
    const tool = written(live, file, which, 'tool', Object.keys(tools), aliases)
    const fact = written(live, file, which, 'fact', Object.keys(facts))
    const lacks = needs.filter((need) => !tools[tool]?.includes(need))
    if (lacks.length > 0) {
      const words = lacks.map((need) => facts[need]).join('; ')
      return missed('choice-lacks', { which, tool, lacks: words })
    }
    if (!needs.includes(fact)) return missed('choice-not-asked', { which, fact })
    if (!decides(choice, needs, fact)) {
      const left = toolsFor(
        choice,
        needs.filter((need) => need !== fact),
      ).join(', ')
      return missed('choice-decides-nothing', { which, fact, tools: left })
    }
    const others = toolsFor(choice, needs).filter((other) => other !== tool)
    const also = others.length > 0 ? `; ${others.join(', ')} can be defended too` : ''
    return passed(`${tool}: ${facts[fact]}${also}`)
  }
}

/** One of the known names; upper and lower case mean the same, and so do spaces and dashes. */
function written(
  live: Live,
  file: string,
  which: string,
  part: 'tool' | 'fact',
  known: readonly string[],
  aliases: Choice['aliases'] = {},
): string {
  const own = live.answers[file]?.[which]
  const value = own !== null && typeof own === 'object' ? (own as Readonly<Record<string, unknown>>)[part] : undefined
  const found = value === undefined || value === null ? '' : String(value).trim()
  if (found === '') throw new Settled(missed('choice-missing', { which, part, file }))
  const name = found.toLowerCase().replace(/[\s_]+/g, '-')
  if (known.includes(name)) return name
  const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined
  if (alias !== undefined) return alias
  const [meant] = nearest(name, known, 1)
  const evidence = meant === undefined ? [] : [`did you mean ${meant}?`]
  throw new Settled(missed('choice-unknown', { which, part, found, known: known.join(', ') }, evidence))
}
