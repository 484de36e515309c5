import { resourceOf } from '../cluster/objects.ts'
import { type Probe, type Reference, refer } from './live.ts'
import { passed, untried } from './outcome.ts'
import { isReady } from './pod-evidence.ts'
import { podsOf } from './pods-of.ts'
import { openDoor } from './reachable.ts'
import { ScriptProcess } from './script-process.ts'
import { longestSilence, lostOf, Traffic } from './traffic.ts'
import { duration } from './waiting.ts'

interface ByHand {
  /** The folder and the name of the program, which takes a version. */
  readonly folder: string
  readonly script: string
  readonly service: Reference
  readonly perSecond: number
  readonly versions: readonly [string, string]
  readonly pods: number
  /** What it makes beside its pods; taken away with them afterwards. */
  readonly leaves: readonly Reference[]
}

/** Milliseconds. */
const BEFORE_MS = 600
const AFTER_MS = 500
const PATIENCE_MS = 8_000
const SCRIPT_MS = 60_000

/**
 * A program that deploys by hand is run under steady traffic, for comparison: what it loses is measured, and nobody's mistake. Not tried
 * where programs get no kubectl.
 */
export function lostByHand({
  folder,
  script: file,
  service,
  perSecond,
  versions: [first, second],
  pods,
  leaves,
}: ByHand): Probe {
  return async (live) => {
    const access = await live.abilities.kubectlFor?.(live.namespace)
    if (!access) return untried('not tried on this cluster: there is no kubectl for the script')
    const deploy = async (version: string) => {
      const script = new ScriptProcess({ folder, file, args: [version], env: access.env })
      const ended = await live.waiting.until(`${script.what} ends`, async () => script.exit, SCRIPT_MS)
      await script.kill()
      return ended?.code === 0 ? undefined : [`${script.what} failed`, ...script.lastWords()].join('; ')
    }
    try {
      const there = async () => (await podsOf(live, service)).filter(isReady).length >= pods
      const failed = (await there()) ? undefined : await deploy(first)
      if (failed !== undefined) return untried(`not tried: ${failed}`)
      const { door } = await openDoor(live, service)
      const traffic = new Traffic(door, { service, path: '/', perSecond, patienceMs: PATIENCE_MS }, live.waiting.clock)
      try {
        await live.waiting.pass('traffic before', BEFORE_MS)
        const from = live.waiting.clock.now()
        const problem = await deploy(second)
        if (problem !== undefined) return untried(`not tried: ${problem}`)
        await live.waiting.until(
          `${service} answers again`,
          async () => ((await there()) ? true : undefined),
          SCRIPT_MS,
        )
        await openDoor(live, service)
        await live.waiting.pass('traffic after', AFTER_MS)
        const until = live.waiting.clock.now()
        const sent = (await traffic.stop()).filter(({ at }) => at >= from)
        const silence = duration(longestSilence(sent, from, until))
        return passed(`${lostOf(sent).length} of ${sent.length} requests lost`, [
          `nobody answered for ${silence}; asked at ${door.via}, ${perSecond} requests a second`,
        ])
      } finally {
        await traffic.stop()
      }
    } finally {
      access.close()
      const own = await podsOf(live, service).catch(() => [])
      for (const { metadata } of own) await live.objects.delete(resourceOf('v1 Pod'), live.namespace, metadata.name)
      for (const reference of leaves) {
        const { kind, name } = refer(reference)
        await live.objects.delete(resourceOf(kind), live.namespace, name)
      }
    }
  }
}
