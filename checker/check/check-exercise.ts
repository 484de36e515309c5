/** How a check runs: read, schema, rules, dry run, apply, behaviour. The report is made by who observes. */
import type { Clock } from '../../cluster/apimachinery/clock.ts'
import { type AppliedChange, type AppliedObject, sameObject } from '../apply/applied.ts'
import { apply, BeingDeleted, dryRun, prune } from '../apply/apply.ts'
import { ensureNamespace } from '../apply/lesson-namespace.ts'
import { removeAll } from '../apply/remove-all.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { establishHealth } from '../cluster/health.ts'
import { type Finding, hasErrors, inReadingOrder } from '../files/finding.ts'
import type { Exercise } from '../lesson/lesson.ts'
import type { Live } from '../live/live.ts'
import { Waiting } from '../live/waiting.ts'
import { finding } from '../messages/catalogue.ts'
import { judgeFiles } from './judge-files.ts'
import type { Observer } from './observer.ts'
import { type ReadExercise, readExercise } from './read-exercise.ts'
import type { CheckResult, ExerciseResult, Verdict } from './result.ts'
import { runChecks } from './run-checks.ts'

/** What is remembered of earlier applies on the same cluster. */
export interface AppliedMemory {
  of(exercise: string): readonly AppliedObject[]
  /** Other exercises whose objects may be in the way. */
  others(exercise: string): readonly string[]
  remember(exercise: string, objects: readonly AppliedObject[]): void
}

export interface Examination {
  readonly id: string
  readonly exercise: Exercise
  readonly folder: string
  readonly starter: string
  readonly namespace: string
  /** Connects when it is first needed: files with mistakes are judged without any cluster. */
  cluster(): Promise<Cluster>
  /** As screens name the cluster, before it was asked. */
  readonly clusterTitle: string
  readonly memory: AppliedMemory
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly observer?: Observer
}

/** Never throws for what a learner wrote or what a cluster does; an abort of the signal is thrown. */
export async function checkExercise(examination: Examination): Promise<ExerciseResult> {
  const { id, exercise, folder, starter, namespace, clock, observer = {} } = examination
  const start = clock.now()
  const read = readExercise(exercise, folder, starter)
  const findings = [...read.findings, ...judgeFiles(read.manifests, namespace)]
  let changes: readonly AppliedChange[] = []
  let checks: readonly CheckResult[] = []
  const finish = (verdict: Verdict, rest: Partial<ExerciseResult> = {}): ExerciseResult => ({
    id,
    title: exercise.title,
    cluster: examination.clusterTitle,
    namespace,
    files: read.files,
    findings: inReadingOrder(findings, read.files),
    changes,
    checks,
    // an outcome is shown when it was seen, not before
    predictions: checks.length > 0 ? read.predictions : [],
    verdict,
    milliseconds: clock.now() - start,
    ...rest,
  })

  observer.onFiles?.(read.files, inReadingOrder(findings, read.files))
  if (hasErrors(findings)) return finish('not-passed')
  try {
    const cluster = await examination.cluster()
    const waiting = new Waiting(clock, observer.onWait, examination.signal)
    await establishHealth(cluster, waiting)
    if (read.manifests.length > 0) {
      const put = await putOnCluster(examination, cluster, waiting, read)
      changes = put.changes
      findings.push(...put.findings)
      observer.onApplied?.(changes, put.findings)
      if (hasErrors(put.findings)) return finish('not-passed')
    }
    const live: Live = {
      objects: cluster.objects,
      namespace,
      abilities: cluster.abilities,
      waiting,
      folder,
      manifests: read.manifests,
      images: exercise.images ?? [],
      answers: read.answers,
    }
    checks = await runChecks(exercise.checks, live, observer)
    return finish(verdictOf(checks))
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error
    const { code, message, more } = error
    return finish('cluster', { fault: { code, message, more } })
  }
}

/** A pod that is being deleted has half a minute to end. Milliseconds. */
const GONE_MS = 60_000

/** Takes away what other exercises of the lesson left, dry run of everything, apply, and takes away what the files no longer have. */
async function putOnCluster(
  { id, namespace, memory }: Examination,
  { objects }: Cluster,
  waiting: Waiting,
  { manifests }: ReadExercise,
): Promise<{ changes: readonly AppliedChange[]; findings: readonly Finding[] }> {
  const home = await ensureNamespace(objects, namespace, waiting)
  // an object of the same name would be refused for what must not change, or bring its past along
  for (const other of memory.others(id)) {
    await removeAll(objects, memory.of(other), waiting)
    memory.remember(other, [])
  }
  let leaving = ''
  const refused = await waiting.until(
    'what is being deleted goes',
    async () => {
      try {
        return await dryRun(objects, manifests, home, { filesAlone: true })
      } catch (error) {
        if (!(error instanceof BeingDeleted)) throw error
        leaving = error.what
        return undefined
      }
    },
    GONE_MS,
  )
  if (!refused) {
    const more = [`What holds it?  kubectl get ${leaving} --namespace ${namespace} -o yaml   (finalizers)`]
    throw new ClusterFault(finding('being-deleted', { what: leaving }, { more }))
  }
  if (hasErrors(refused)) return { changes: [], findings: refused }
  const before = memory.of(id)
  const applied = await apply(objects, manifests, home, { filesAlone: true })
  const now = applied.changes.map(({ object }) => object)
  // remembered before anything is pruned: an interrupted check must not forget what it made
  memory.remember(id, [...now, ...before.filter((object) => !now.some((other) => sameObject(object, other)))])
  const pruned = hasErrors(applied.findings) ? [] : await prune(objects, before, now)
  if (!hasErrors(applied.findings)) memory.remember(id, now)
  return { changes: [...applied.changes, ...pruned], findings: applied.findings }
}

function verdictOf(checks: readonly CheckResult[]): Verdict {
  const verdicts = new Set(checks.map(({ outcome }) => outcome.verdict))
  if (verdicts.has('missed')) return 'not-passed'
  if (verdicts.has('unsettled')) return 'unsettled'
  return 'passed'
}
