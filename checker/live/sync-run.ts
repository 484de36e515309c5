import { wholeName } from '../../cluster/kubelet/images/image-name.ts'
import type { Drift } from './drift.ts'
import { GitFolder } from './git-folder.ts'
import { type Live, type Reference, refer } from './live.ts'
import { missed, Settled, untried } from './outcome.ts'
import { deploymentOf } from './pods-of.ts'
import { ScriptProcess } from './script-process.ts'
import { exitText } from './server-process.ts'

export interface SyncPlan {
  /** The learner's program; it gets a folder of manifests. */
  readonly script: string
  readonly deployment: Reference
  /** Two versions of an image: a commit brings the one that the files do not have. */
  readonly images: readonly [string, string]
  /** The first one is also made before the program is started. */
  readonly drifts: readonly [Drift, ...Drift[]]
  /** Seconds until the cluster must be as the files say. */
  readonly within: number
  /** For a busy machine, on top. Milliseconds; left out: by how long it takes to start programs. */
  readonly leewayMs?: number
}

/** What one thing came to. */
export interface Step {
  readonly what: string
  readonly wanted: string
  /** As it was when nobody looked any more. */
  readonly found: string
  /** Milliseconds until it was as wanted; undefined: it never was. */
  readonly after: number | undefined
}

export interface SyncRun {
  readonly drifts: readonly Step[]
  /** Whether the Deployment was deleted and made anew, though nobody but the program touched it so. */
  readonly recreated: boolean
  readonly commit: Step
  readonly revert: Step
  /** How and when the program ended, where it did: it was to go on. */
  readonly ended: { readonly how: string; readonly when: string } | undefined
  /** Messages of the commits, the last first. */
  readonly log: readonly string[]
  /** Its last words. */
  readonly said: readonly string[]
}

/** What a program's first turn, once begun, still needs to its end. Milliseconds. */
const TURN_ENDS_MS = 1_000
/** A program that is started late still gets its time. Milliseconds. */
const STARTS_MS = 10_000
/** So long a commit with a mistake is there, for a loop to meet it. Milliseconds. */
const BROKEN_MS = 3_000
const LEEWAY_MS = 3_000
const MOST_LEEWAY_MS = 25_000
const NO_YAML = '\n---\nkind: [this is no YAML\n'

/**
 * Runs a program that keeps the cluster as a folder says. When it has begun, things are changed behind its back; then a commit is made, one with a mistake
 * follows, and both are reverted. Ends the check where programs get no kubectl. Throws NoGit.
 */
export async function runSync(live: Live, plan: SyncPlan): Promise<SyncRun> {
  const { deployment, script, within } = plan
  const start = live.waiting.clock.now()
  const access = await live.abilities.kubectlFor?.(live.namespace)
  if (!access) throw new Settled(untried('not tried on this cluster: there is no kubectl for the program'))
  const texts = Object.fromEntries(live.manifests.map(({ source }) => [source.name, source.text]))
  const other = await otherVersion(live, plan)
  const repository = await GitFolder.begin(texts)
  // three programs were started until here: on a busy machine that took long, as it will for the learner's
  const leewayMs = plan.leewayMs ?? Math.min(LEEWAY_MS + 3 * live.waiting.since(start), MOST_LEEWAY_MS)
  const [first] = plan.drifts
  const firstWas = await first.read(live)
  await first.strike(live)
  const program = new ScriptProcess({ folder: live.folder, file: script, args: [repository.path], env: access.env })
  let ended: SyncRun['ended']
  const isEnded = (when: string) => {
    if (program.exit) ended ??= { how: exitText(program.exit), when }
    return program.exit !== undefined
  }
  const watch = async (
    what: string,
    wanted: string,
    read: () => Promise<string>,
    when: string,
    moreMs = 0,
  ): Promise<Step> => {
    const since = live.waiting.clock.now()
    let found = ''
    const same = await live.waiting.until(
      `${what} is ${wanted}`,
      async () => {
        found = await read()
        if (found === wanted) return true
        return isEnded(when) ? false : undefined
      },
      within * 1000 + leewayMs + moreMs,
    )
    return { what, wanted, found, after: same ? live.waiting.since(since) : undefined }
  }
  let uid: string | undefined
  let recreated = false
  const current = async () => {
    const now = await live.objects.get('apps/v1 Deployment', live.namespace, refer(deployment).name)
    uid ??= now?.metadata.uid
    if (!now || now.metadata.uid !== uid) recreated = true
    return now
  }
  const image = async () =>
    ((await current())?.spec.template.spec?.containers ?? []).map(({ image: name }) => name).join(', ')
  const was = await image()
  try {
    // what was changed before it began tells when its first turn is over: only what is put back later was put back by a loop
    const begun = await watch(first.what, firstWas, () => first.read(live), 'at once', STARTS_MS)
    if (begun.after === undefined) {
      const words = program.said(script)
      throw new Settled(
        ended
          ? missed('sync-ended', { what: script, ...ended }, words)
          : missed('sync-drifted', { ...begun, after: `${within} s` }, words),
      )
    }
    await live.waiting.until('its first turn ends', async () => (isEnded('at once') ? true : undefined), TURN_ENDS_MS)
    const before = await Promise.all(plan.drifts.map((drift) => drift.read(live)))
    for (const drift of plan.drifts) await drift.strike(live)
    const drifts = await Promise.all(
      plan.drifts.map((drift, index) =>
        watch(drift.what, before[index] ?? '', () => drift.read(live), 'when the cluster was changed'),
      ),
    )
    await current()
    const changed = (from: string, to: string) =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replaceAll(from, to)]))
    await repository.commit(`update to ${other.to}`, changed(other.from, other.to))
    const will = was.replaceAll(other.from, other.to)
    const commit = await watch('the image', will, image, 'after a commit')
    const [name = ''] = Object.keys(texts)
    await repository.commit('a mistake', { [name]: `${changed(other.from, other.to)[name]}${NO_YAML}` })
    await live.waiting.until(
      'a commit with a mistake lies there',
      async () => (isEnded('after a commit with a mistake') ? true : undefined),
      BROKEN_MS,
    )
    await repository.revert(2)
    const revert = await watch('the image', was, image, 'after a revert')
    return { drifts, recreated, commit, revert, ended, log: await repository.log(), said: program.said(script) }
  } finally {
    await program.kill()
    access.close()
    repository.close()
  }
}

/** The version that the files have, as they write it, and the other. */
async function otherVersion(live: Live, { deployment, images: [first, second] }: SyncPlan) {
  const { spec } = await deploymentOf(live, deployment)
  const found = (spec.template.spec?.containers ?? []).map(({ image = '' }) => image)
  const from = found.find((name) => [first, second].some((each) => wholeName(each) === wholeName(name)))
  if (from === undefined)
    throw new Settled(missed('live-image', { what: deployment, found: found.join(', '), wanted: first }))
  return { from, to: wholeName(from) === wholeName(first) ? second : first }
}
