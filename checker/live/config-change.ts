import { type ConfigPlan, type ConfigRun, runConfigChange, settled } from './config-run.ts'
import { environmentSources } from './environment-sources.ts'
import type { Live, Probe } from './live.ts'
import { missed, type Outcome, passed } from './outcome.ts'
import { told } from './server-settings.ts'
import { duration } from './waiting.ts'

/** Every pod has been started with the values that the ConfigMap has. */
export function hasSettings(plan: Omit<ConfigPlan, 'changed' | 'added'>): Probe {
  return async (live) => {
    const shown = await settled(live, plan)
    return passed(
      Object.keys(plan.wanted)
        .map((key) => `${key} ${told(shown, plan.shownAs?.[key] ?? key)}`)
        .join('; '),
    )
  }
}

/** A ConfigMap that changes, and pods that are restarted later: done once for all the checks of a run that judge it. */
export function configChange(plan: ConfigPlan) {
  const { changed, added, deployment } = plan
  const runs = new WeakMap<Live['manifests'], Promise<ConfigRun>>()
  const probe =
    (judge: (run: ConfigRun, live: Live) => Promise<Outcome>): Probe =>
    async (live) => {
      const run = runs.get(live.manifests) ?? runConfigChange(live, plan)
      runs.set(live.manifests, run)
      return judge(await run, live)
    }
  const seen = ({ before, meanwhile, after, took }: ConfigRun) => [
    `before:             ${told(before, changed.key)}`,
    `ConfigMap changed:  ${told(meanwhile, changed.key)}`,
    `pods restarted:     ${told(after, changed.key)}, after ${duration(took)}`,
  ]
  return {
    /** The pods keep the old value until they are restarted, and have the new one then. */
    newAfterRestart: probe(async (run, live) => {
      const early = run.meanwhile.find(({ settings }) => settings[changed.key] !== run.old)
      const [key, found] = [changed.key, JSON.stringify(early?.settings[changed.key])]
      if (early) return missed('config-early', { key, found }, seen(run))
      const late = run.after.find(({ settings }) => settings[changed.key] !== run.new)
      if (!late)
        return passed(`${JSON.stringify(run.old)} before the restart, ${JSON.stringify(run.new)} after it`, seen(run))
      const params = { key, found: JSON.stringify(late.settings[changed.key]), wanted: JSON.stringify(run.new) }
      return missed('config-not-followed', params, [...seen(run), ...(await environmentSources(live, deployment))])
    }),
    /** A key that is new in the ConfigMap reaches the server, though nobody touched the Deployment. */
    takesNew: probe(async ({ after }, live) => {
      const without = after.find(({ settings }) => settings[added.key] !== added.value)
      if (!without) return passed(`${added.key} ${told(after, added.key)}`)
      const found = JSON.stringify(without.settings[added.key] ?? 'nothing')
      return missed('config-not-added', { key: added.key, found }, await environmentSources(live, deployment))
    }),
  }
}
