import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { AppliedChange, AppliedObject } from '../../checker/apply/applied.ts'
import { checkExercise } from '../../checker/check/check-exercise.ts'
import type { Observer } from '../../checker/check/observer.ts'
import type { CheckResult, ExerciseResult } from '../../checker/check/result.ts'
import type { Cluster } from '../../checker/cluster/cluster.ts'
import { type Objects, resourceOf } from '../../checker/cluster/objects.ts'
import type { Finding } from '../../checker/files/finding.ts'
import { makeModules } from '../../checker/learner/module-type.ts'
import { findingText } from '../../checker/report/finding-text.ts'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
import type { GradingCase } from './cases.ts'

export interface Graded {
  readonly case: GradingCase
  /** Undefined: as it must be. */
  readonly problem: string | undefined
  readonly milliseconds: number
  readonly result: ExerciseResult
}

let cases = 0

interface Setting {
  /** Cleans up; where the cluster itself is to fail, another way to it. */
  readonly objects?: Objects
  /** What is done with the answer's namespace before it is handed in. */
  before?(namespace: string): Promise<void>
}

/** Hands in one answer on a cluster, in a namespace and a folder of its own, and compares what comes of it. */
export async function grade(
  given: GradingCase,
  cluster: Cluster,
  { objects = cluster.objects, before }: Setting = {},
): Promise<Graded> {
  const workspace = mkdtempSync(path.join(tmpdir(), 'grading-'))
  const folder = path.join(workspace, 'answer')
  const namespace = `grading-${process.pid}-${++cases}`
  const start = performance.now()
  try {
    await before?.(namespace)
    mkdirSync(folder)
    makeModules(workspace)
    for (const [name, content] of Object.entries(given.files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      writeFileSync(path.join(folder, name), content)
    }
    const applied = new Map<string, readonly AppliedObject[]>()
    const enough = new AbortController()
    const told = new Told(given, () => enough.abort(ENOUGH))
    const result = await checkExercise({
      id: given.place.id,
      exercise: given.exercise,
      folder,
      starter: given.place.starter,
      namespace,
      cluster: async () => cluster,
      clusterTitle: cluster.title,
      memory: {
        of: (id) => applied.get(id) ?? [],
        others: () => [],
        remember: (id, objects) => {
          applied.set(id, objects)
        },
      },
      clock: new RealClock(),
      signal: enough.signal,
      observer: told,
    }).catch((error: unknown) => {
      if (error !== ENOUGH) throw error
      return told.result(cluster.title, namespace)
    })
    return { case: given, problem: problemOf(given, result), milliseconds: performance.now() - start, result }
  } finally {
    rmSync(workspace, { recursive: true, force: true })
    await objects.delete(resourceOf('v1 Namespace'), undefined, namespace)
  }
}

/** What ends a check whose verdict is known. */
const ENOUGH = new Error('the verdict is known')

/** Listens until a wrong answer has been called wrong with the words that it must be told; the rest of its checks need not run. */
class Told implements Observer {
  readonly #given: GradingCase
  readonly #enough: () => void
  readonly #findings: Finding[] = []
  readonly #changes: AppliedChange[] = []
  readonly #checks: CheckResult[] = []

  constructor(given: GradingCase, enough: () => void) {
    this.#given = given
    this.#enough = enough
  }

  onFiles(_: readonly string[], findings: readonly Finding[]): void {
    this.#findings.push(...findings)
  }

  onApplied(changes: readonly AppliedChange[], findings: readonly Finding[]): void {
    this.#changes.push(...changes)
    this.#findings.push(...findings)
  }

  onCheck(result: CheckResult): void {
    this.#checks.push(result)
    if (this.#given.passes || !this.#checks.some(({ outcome }) => outcome.verdict === 'missed')) return
    if (problemOf(this.#given, this.result('', '')) === undefined) this.#enough()
  }

  result(cluster: string, namespace: string): ExerciseResult {
    const { place, exercise, files } = this.#given
    return {
      id: place.id,
      title: exercise.title,
      cluster,
      namespace,
      files: Object.keys(files),
      findings: this.#findings,
      changes: this.#changes,
      checks: this.#checks,
      predictions: [],
      verdict: 'not-passed',
      milliseconds: 0,
    }
  }
}

function problemOf({ passes, says }: GradingCase, result: ExerciseResult): string | undefined {
  const read = wordsOf(result)
  const wanted = passes ? 'passed' : 'not-passed'
  if (result.verdict !== wanted) return `is ${result.verdict}, must be ${wanted}. The learner reads:\n${read}`
  const missing = says.filter((text) => !flat(read).includes(flat(text)))
  return missing.length === 0
    ? undefined
    : `does not say ${missing.map((text) => `"${text}"`).join(', ')}. The learner reads:\n${read}`
}

/** Everything that the learner reads of a result, without colours. */
export function wordsOf({ findings, checks, fault }: ExerciseResult): string {
  const lines = [
    ...findings.map(findingText),
    ...checks.flatMap(({ title, outcome }) => [
      `${outcome.verdict}: ${title}: ${outcome.measured}`,
      ...('evidence' in outcome ? (outcome.evidence ?? []) : []).map((line) => `    ${line}`),
    ]),
    ...(fault ? [`cluster: ${fault.message}`, ...fault.more] : []),
  ]
  return stripVTControlCharacters(lines.join('\n'))
}

/** Where a line was broken for 80 columns says nothing. */
function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
