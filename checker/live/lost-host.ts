import { type HostLoss, type HostLossPlan, runHostLoss } from './host-loss.ts'
import type { Live, Probe } from './live.ts'
import { missed, type Outcome, passed } from './outcome.ts'
import { tally } from './reply.ts'
import { lostOf, mostInARow } from './traffic.ts'
import { duration } from './waiting.ts'

/** With a pod on another host somebody answers all the time, though chance may lead some requests in a row to the lost one. */
const SILENCE_MS = 2_000
/** From the notice until every list is shorter, also on a busy machine. Milliseconds. */
const LEEWAY_MS = 2_000

/** A host is lost, once for all the checks of a run that judge it. */
export function lostHost(plan: HostLossPlan) {
  // each check gets a Live of its own, with what was read of the learner's folder for all checks of a run
  const runs = new WeakMap<Live['manifests'], Promise<HostLoss>>()
  const probe =
    (judge: (loss: HostLoss) => Outcome): Probe =>
    async (live) => {
      const run = runs.get(live.manifests) ?? runHostLoss(live, plan)
      runs.set(live.manifests, run)
      return judge(await run)
    }
  return {
    /** For comparison: what copies lose that only a restart looks after. Nobody's mistake. */
    alone: probe((loss) => {
      const { sentAlone, crashHealed, host } = loss
      const crash =
        crashHealed === undefined
          ? 'a container that crashed was not ready again in time'
          : `a container that crashed was ready again after ${duration(crashHealed)}`
      const lost = lostOf(sentAlone).length
      const answered = lost === sentAlone.length ? 'nobody answered' : `${sentAlone.length - lost} were answered`
      return passed(`${lost} of ${sentAlone.length} requests lost`, [
        `${crash}; after ${host} was lost, ${answered} until it was back`,
      ])
    }),
    /** Somebody answers all the time, and from the notice on everybody. */
    keepsAnswering: probe((loss) => {
      const { sent, host, noticed, lostAt, until, via } = loss
      const lost = lostOf(sent)
      const asked = `asked at ${via}, ${plan.perSecond} requests a second`
      const evidence = [...(lost.length > 0 ? [`lost: ${tally(lost.map(({ reply }) => reply))}`] : []), asked]
      const silence = (mostInARow(sent) * 1000) / plan.perSecond
      if (silence > SILENCE_MS) {
        const params = {
          lost: lost.length,
          sent: sent.length,
          silence: duration(silence),
          allowed: duration(SILENCE_MS),
        }
        return missed('host-silent', params, evidence)
      }
      if (noticed === undefined) return missed('host-unnoticed', { host, after: duration(until - lostAt) }, evidence)
      const late = lost.filter(({ at }) => at > lostAt + noticed + LEEWAY_MS)
      if (late.length > 0)
        return missed('host-still-asked', { lost: late.length, after: duration(LEEWAY_MS) }, evidence)
      return passed(`${lost.length} of ${sent.length} requests lost`, [
        `none after the loss of ${host} was noticed; ${asked}`,
      ])
    }),
    /** As many pods as asked for are ready on other hosts. */
    isReplaced: probe((loss) => {
      const { host, noticed, replaced, ready, wanted, why, lostAt, until, speed } = loss
      if (noticed === undefined) return missed('host-unnoticed', { host, after: duration(until - lostAt) }, why)
      const evidence = [`${host} lost; noticed after ${duration(noticed)}${byTheClock(noticed, speed)}`, ...why]
      if (replaced === undefined)
        return missed('host-not-replaced', { ready, wanted, after: duration(until - lostAt) }, evidence)
      return passed(`${ready} ready on other hosts after ${duration(replaced)}`, evidence)
    }),
  }
}

function byTheClock(ms: number, speed: number): string {
  return speed === 1
    ? ''
    : `: ${duration(ms * speed)} by the control plane's clock, which goes ${speed} times as fast meanwhile`
}
