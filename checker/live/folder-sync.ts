import { NoGit } from './git-folder.ts'
import type { Live, Probe } from './live.ts'
import { missed, type Outcome, passed, untried } from './outcome.ts'
import { runSync, type Step, type SyncPlan, type SyncRun } from './sync-run.ts'
import { duration } from './waiting.ts'

/** A learner's program that keeps the cluster as the files say, run once for all the checks that judge it. */
export function folderSync(plan: SyncPlan) {
  // each check gets a Live of its own, with what was read of the learner's folder for all checks of a run
  const runs = new WeakMap<Live['manifests'], Promise<SyncRun>>()
  const probe =
    (judge: (run: SyncRun) => Outcome): Probe =>
    async (live) => {
      const run = runs.get(live.manifests) ?? runSync(live, plan)
      runs.set(live.manifests, run)
      try {
        return judge(await run)
      } catch (error) {
        if (error instanceof NoGit) return untried('not tried: git is not installed')
        throw error
      }
    }
  const late = ({ what, found, wanted }: Step) => ({ what, found, wanted, after: `${plan.within} s` })
  return {
    /** Whatever was changed behind its back came back, without anything being deleted for it. */
    heals: probe((run) => {
      const healed = run.drifts.filter(({ after }) => after !== undefined)
      const evidence = healed.map(({ what, wanted, after }) => `${what}: ${wanted} again after ${duration(after ?? 0)}`)
      if (run.recreated) return missed('sync-recreated', { what: plan.deployment }, run.said)
      const [first] = run.drifts.filter(({ after }) => after === undefined)
      if (first) return missed('sync-drifted', late(first), [...endOf(run, plan), ...evidence, ...run.said])
      return passed(`${healed.length} of ${run.drifts.length} came back`, evidence)
    }),
    /** A commit reaches the cluster, and so does its revert. */
    follows: probe((run) => {
      const { commit, revert, log } = run
      for (const [step, of] of [
        [commit, 'a commit'],
        [revert, 'its revert'],
      ] as const)
        if (step.after === undefined)
          return missed('sync-not-followed', { ...late(step), of }, [...endOf(run, plan), ...run.said])
      const times = `there after ${duration(commit.after ?? 0)}, back after ${duration(revert.after ?? 0)}`
      return passed(times, [`git log: ${log.slice(0, -1).join(', ')}`])
    }),
    /** Neither a commit with a mistake nor anything else ends it. */
    goesOn: probe((run) => {
      if (run.ended) return missed('sync-ended', { what: plan.script, ...run.ended }, run.said)
      return passed('it ran to the end')
    }),
  }
}

function endOf({ ended }: SyncRun, { script }: SyncPlan): string[] {
  return ended ? [`${script} ended ${ended.when}, with ${ended.how}`] : []
}
