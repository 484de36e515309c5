import { podDoor } from './door.ts'
import { environmentSources } from './environment-sources.ts'
import { type Live, type Probe, type Reference, refer } from './live.ts'
import { absent, missed, passed, Settled } from './outcome.ts'
import { podsOf } from './pods-of.ts'
import { type SettingsPage, settingsOf } from './server-settings.ts'

interface Kept {
  /** Name of the Secret. */
  readonly secret: string
  readonly key: string
}

/** Lines of a log that are looked through. */
const LOG_LINES = 2_000

/** The Secret holds this text, exactly. What was found instead is described, never told. */
export function secretHolds({ secret, key }: Kept, wanted: string): Probe {
  return async (live) => {
    const found = await secretValue(live, { secret, key })
    if (found === wanted) return passed(`${found.length} characters, read back from base64 without any key`)
    return missed('secret-other-value', { what: `secret/${secret}`, key, difference: difference(found, wanted) })
  }
}

/** The server has the secret, and neither its page, nor a log, nor the description of a pod or of the Deployment tells it. */
export function secretKept(deployment: Reference, { secret, key, page, port }: Kept & SettingsPage): Probe {
  return async (live) => {
    const value = await secretValue(live, { secret, key })
    const shown = await settingsOf(live, deployment, { page, ...(port !== undefined && { port }) })
    const without = shown.find(({ settings }) => settings[key] !== 'set' && settings[key] !== value)
    if (without) {
      const params = { pod: without.pod, key, found: without.settings[key] ?? 'unknown' }
      return missed('secret-not-read', params, await environmentSources(live, deployment))
    }
    const pages = [page, '/']
    // a line break that went into the Secret by mistake hides nothing
    const forms = [value.trim() || value, Buffer.from(value).toString('base64')]
    const told: string[] = []
    const look = (where: string, text: string) => {
      for (const form of forms) if (text.includes(form)) told.push(where)
    }
    const pods = await podsOf(live, deployment)
    await Promise.all(
      pods.map(async (pod) => {
        const name = pod.metadata.name
        for (const each of pages) {
          const reply = await podDoor(live, pod, port).ask(each)
          if (reply.kind === 'answer') look(`the answer of ${name} to ${each}`, reply.text)
        }
        for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers])
          look(
            `the log of ${name}`,
            await live.objects.log(live.namespace, name, { container: container.name, lines: LOG_LINES }),
          )
        look(`the description of pod ${name}`, JSON.stringify(pod))
      }),
    )
    const { name } = refer(deployment)
    look(
      `the description of ${deployment}`,
      JSON.stringify(await live.objects.get('apps/v1 Deployment', live.namespace, name)),
    )
    look('an event', JSON.stringify(await live.objects.list('v1 Event', live.namespace)))
    look('a ConfigMap', JSON.stringify(await live.objects.list('v1 ConfigMap', live.namespace)))
    const [where] = told
    if (where !== undefined)
      return missed(
        'secret-told',
        { where },
        [...new Set(told.slice(1))].slice(0, 3).map((each) => `also in ${each}`),
      )
    return passed(
      `${key} is set in ${shown.length} of ${shown.length} pods; the value is in no page, log, event or description`,
    )
  }
}

/** The value in clear. Ends the check when there is none. */
async function secretValue(live: Live, { secret, key }: Kept): Promise<string> {
  const what = `secret/${secret}`
  const object = await live.objects.get('v1 Secret', live.namespace, secret)
  if (!object) throw new Settled(absent(live, what))
  const data = object.data ?? {}
  const encoded = data[key]
  if (encoded !== undefined && encoded !== '') return Buffer.from(encoded, 'base64').toString('utf8')
  throw new Settled(missed('config-no-key', { what, key, found: Object.keys(data).join(', ') || 'none' }))
}

function difference(found: string, wanted: string): string {
  if (found.trimEnd() === wanted) return 'it ends with a line break, or another blank'
  if (Buffer.from(found, 'base64').toString('utf8').trimEnd() === wanted) return 'it was written in base64 twice'
  if (found.replaceAll(/^["']|["']$/g, '') === wanted) return 'it has quotation marks around it'
  return `it is ${found.length} characters long, the one asked for is ${wanted.length}`
}
