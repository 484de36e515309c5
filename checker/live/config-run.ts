import type { ConfigMap } from '../../cluster/apimachinery/objects.ts'
import { Refusal, resourceOf } from '../cluster/objects.ts'
import { environmentSources } from './environment-sources.ts'
import { type Live, outcomeOf, type Reference, refer } from './live.ts'
import { absent, missed, Settled } from './outcome.ts'
import { ownDelays } from './own-delays.ts'
import { deploymentOf, podsOf } from './pods-of.ts'
import { rollout } from './rollout.ts'
import { type PodSettings, type SettingsPage, settingsOf, settingsOfPod } from './server-settings.ts'

/** The settings that a ConfigMap is to hold: a value, or any that is not empty. */
export type Wanted = Readonly<Record<string, string | undefined>>

export interface ConfigPlan extends SettingsPage {
  readonly deployment: Reference
  /** Its name. */
  readonly configMap: string
  readonly wanted: Wanted
  /** What the page calls a key, where it is not the same. */
  readonly shownAs?: Readonly<Record<string, string>>
  /** The setting that is changed: to the first of these values that it does not have. */
  readonly changed: { readonly key: string; readonly to: readonly [string, string] }
  /** A setting that the ConfigMap gets besides. */
  readonly added: { readonly key: string; readonly value: string }
}

/** What the pods said before a ConfigMap was changed, after it, and after a restart. */
export interface ConfigRun {
  readonly old: string
  readonly new: string
  readonly before: readonly PodSettings[]
  readonly meanwhile: readonly PodSettings[]
  readonly after: readonly PodSettings[]
  /** Of the restart, until each new pod had answered. Milliseconds. */
  readonly took: number
}

/** A server that did read its settings again would have had time to. Milliseconds. */
const LOOK_MS = 300
const WITHIN_MS = 60_000
/** What `kubectl rollout restart` writes into the template. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'

/** The ConfigMap, with all that it is to hold. Ends the check otherwise. */
export async function configMapOf(live: Live, name: string, wanted: Wanted): Promise<ConfigMap> {
  const what = `configmap/${name}`
  const map = await live.objects.get('v1 ConfigMap', live.namespace, name)
  if (!map) throw new Settled(absent(live, what))
  const data = map.data ?? {}
  for (const [key, value] of Object.entries(wanted)) {
    const found = data[key]
    const keys = Object.keys(data).join(', ') || 'none'
    if (found === undefined) throw new Settled(missed('config-no-key', { what, key, found: keys }))
    if (value === undefined ? found.trim() !== '' : found === value) continue
    const asked = value === undefined ? 'some text' : JSON.stringify(value)
    throw new Settled(missed('config-other-value', { what, key, found: JSON.stringify(found), wanted: asked }))
  }
  return map
}

/**
 * What the pods say before any change, each with the ConfigMap's own values. Pods that are older than the ConfigMap are restarted
 * first: it is the files that are judged. Ends the check when a pod says something else.
 */
export async function settled(
  live: Live,
  plan: Omit<ConfigPlan, 'changed' | 'added'>,
): Promise<readonly PodSettings[]> {
  const { data = {} } = await configMapOf(live, plan.configMap, plan.wanted)
  const differing = (shown: readonly PodSettings[]) =>
    shown.flatMap(({ pod, settings }) =>
      Object.keys(plan.wanted).flatMap((key) => {
        const found = settings[plan.shownAs?.[key] ?? key]
        return found === data[key] ? [] : [{ pod, key, found }]
      }),
    )[0]
  const shown = await settingsOf(live, plan.deployment, plan)
  if (!differing(shown)) return shown
  await restart(live, plan.deployment)
  const again = await shownByNew(live, plan, shown)
  const wrong = differing(again)
  if (!wrong) return again
  const params = { ...wrong, found: quoted(wrong.found), wanted: quoted(data[wrong.key]) }
  throw new Settled(missed('config-not-shown', params, await environmentSources(live, plan.deployment)))
}

/**
 * Changes the ConfigMap, asks the pods, restarts the Deployment as `kubectl rollout restart` does, and asks again. In the end ConfigMap and
 * template are as they were, without waiting for it.
 */
export async function runConfigChange(live: Live, plan: ConfigPlan): Promise<ConfigRun> {
  const { changed, added, configMap, deployment } = plan
  const before = await settled(live, plan)
  const { data = {} } = await configMapOf(live, configMap, plan.wanted)
  const old = data[changed.key] ?? ''
  const value = changed.to.find((each) => each !== old) ?? changed.to[0]
  const template = await restartedAt(live, deployment)
  await patchData(live, configMap, { [changed.key]: value, [added.key]: added.value })
  try {
    await live.waiting.pass('whether the servers notice it', LOOK_MS)
    const meanwhile = await settingsOf(live, deployment, plan)
    const start = live.waiting.clock.now()
    await restart(live, deployment)
    const after = await shownByNew(live, plan, meanwhile)
    return { old, new: value, before, meanwhile, after, took: live.waiting.since(start) }
  } finally {
    await patchData(live, configMap, { [changed.key]: old, [added.key]: data[added.key] ?? null })
    await annotate(live, deployment, template ?? null)
  }
}

/** What the pods say that are none of these; waited for until there are as many as the Deployment wants, and no others. */
async function shownByNew(
  live: Live,
  plan: SettingsPage & Pick<ConfigPlan, 'deployment'>,
  old: readonly PodSettings[],
) {
  const shown = new Map<string, PodSettings>()
  const withinMs = WITHIN_MS + ownDelays(await deploymentOf(live, plan.deployment))
  const all = await live.waiting.until(
    `${plan.deployment} is restarted`,
    async () => {
      const pods = await podsOf(live, plan.deployment)
      const fresh = pods.filter(({ metadata }) => !old.some(({ uid }) => uid === metadata.uid))
      const running = fresh.filter(({ status, metadata }) => status.phase === 'Running' && !shown.has(metadata.uid))
      for (const each of await Promise.all(running.map((pod) => settingsOfPod(live, pod, plan))))
        shown.set(each.uid, each)
      return fresh.length === pods.length &&
        fresh.length >= old.length &&
        fresh.every(({ metadata }) => shown.has(metadata.uid))
        ? fresh.flatMap(({ metadata }) => shown.get(metadata.uid) ?? [])
        : undefined
    },
    withinMs,
  )
  if (all) return all
  const outcome = await outcomeOf(rollout(plan.deployment, { within: 5 }), live)
  throw new Settled(outcome.verdict === 'passed' ? missed('live-no-pods', { what: plan.deployment }) : outcome)
}

async function restartedAt(live: Live, reference: Reference): Promise<string | undefined> {
  const deployment = await live.objects.get('apps/v1 Deployment', live.namespace, refer(reference).name)
  return deployment?.spec.template.metadata?.annotations?.[RESTARTED_AT]
}

async function restart(live: Live, reference: Reference): Promise<void> {
  await annotate(live, reference, new Date(live.waiting.clock.now()).toISOString())
}

async function annotate(live: Live, reference: Reference, moment: string | null): Promise<void> {
  const body = { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: moment } } } } }
  await live.objects.patch(resourceOf('apps/v1 Deployment'), live.namespace, refer(reference).name, body)
}

/** Changes some keys; null takes one away. Ends the check when the ConfigMap does not let itself be changed. */
export async function patchData(
  live: Live,
  name: string,
  data: Readonly<Record<string, string | null>>,
): Promise<void> {
  try {
    await live.objects.patch(resourceOf('v1 ConfigMap'), live.namespace, name, { data })
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 422)) throw error
    throw new Settled(missed('config-frozen', { what: `configmap/${name}`, detail: error.message }))
  }
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
