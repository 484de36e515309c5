/**
 * What an author of a lesson writes with. A lesson is a specification: files, checks in the order in which they make sense, and
 * hints. See lessons/03-your-first-deployment/lesson.ts.
 *
 * @example
 * export default lesson({
 *   title: 'Your first Deployment',
 *   minutes: 20,
 *   files: { 'deployment.yaml': incomplete, 'predict.yaml': prediction({ afterDeletingAPod: 3 }) },
 *   images: ['starter-app:1.0'],
 *   checks: [check('three pods are ready', rollout('deployment/starter-app', { replicas: 3 }))],
 *   hints: { 'three pods are ready': ['A question', 'A place to look', 'Nearly the answer'] },
 *   proved: 'somebody else cares for "there are three".',
 * })
 */
import type { Probe } from '../live/live.ts'
import type { FileKind } from './file-kind.ts'

/** A question, a place, a nearly-answer. */
export type Hints = readonly [question: string, place: string, nearly: string]

export interface Exercise {
  readonly title: string
  /** Every file of the exercise that the checker reads, by its name in the learner's folder. */
  readonly files: Readonly<Record<string, FileKind>>
  readonly checks: readonly Check[]
  /**
   * By a check's title, by the code of a finding (`service-selects-nobody`), or `files` for whatever is wrong in the files. A check
   * that stays untried has none of its own.
   */
  readonly hints?: Readonly<Record<string, Hints>>
  /** Images that the cluster must have: that they are missing is never the learner's mistake. */
  readonly images?: readonly string[]
  /** Seconds that its check waits on purpose: for a probe, a rollout under traffic, a node's silence. Told before it begins. */
  readonly waits?: number
  /** Its checks stop a part of the cluster or a node: no other exercise is checked meanwhile. */
  readonly disturbsCluster?: boolean
  /** Its checks start so many pods that others are slower meanwhile; tests hand nothing else in beside them. */
  readonly crowdsCluster?: boolean
  /** Said when all is passed, after "Passed, and what you proved: ". */
  readonly proved?: string
}

export interface Lesson extends Exercise {
  /** About how long it takes. */
  readonly minutes: number
  readonly part?: string
  readonly drills: readonly Drill[]
}

/** A small exercise of a lesson: its own folder `drills/NAME`, checked by `npm run check 3 NAME`. */
export interface Drill extends Exercise {
  readonly name: string
}

export interface Check {
  /** A sentence that is true when the learner is right. */
  readonly title: string
  readonly probe: Probe
  /** The check that must have passed before, by its title; `none` for one that stands alone. Left out: the one above. */
  readonly needs?: string
  /** Heading of the lesson's text to read when this is missed. */
  readonly read?: string
  /** May run at the same time as its neighbours that say so too: each does something to a pod of its own. */
  readonly sideBySide?: boolean
}

/** Throws when a hint or a `needs` names no check of the lesson. */
export function lesson(definition: Omit<Lesson, 'drills'> & { readonly drills?: readonly Drill[] }): Lesson {
  prove(definition)
  return { part: 'I', drills: [], ...definition }
}

export function drill(definition: Drill): Drill {
  prove(definition)
  return definition
}

export function check(title: string, probe: Probe, settings: Pick<Check, 'needs' | 'read' | 'sideBySide'> = {}): Check {
  return { title, probe, ...settings }
}

function prove({ title, checks, hints = {} }: Exercise): void {
  const titles = checks.map((each) => each.title)
  if (new Set(titles).size < titles.length) throw new RangeError(`"${title}" has two checks of one title`)
  for (const [index, { needs, sideBySide }] of checks.entries()) {
    const above = checks[index - 1]
    if (needs === undefined && sideBySide && above?.sideBySide)
      throw new RangeError(`"${title}": "${titles[index]}" runs beside the check above, and needs it`)
    if (needs === undefined || needs === 'none') continue
    if (!titles.slice(0, index).includes(needs)) throw new RangeError(`"${title}": no check above is called "${needs}"`)
  }
  for (const key of Object.keys(hints)) {
    const isCode = /^[a-z]+(-[a-z0-9]+)*$/.test(key)
    if (!isCode && !titles.includes(key))
      throw new RangeError(`"${title}": hints for "${key}", and no check is called so`)
  }
}
