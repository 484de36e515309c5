import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { podDoor } from './door.ts'
import type { Live, Reference } from './live.ts'
import { missed, Settled } from './outcome.ts'
import { podEvidence } from './pod-evidence.ts'
import { podsOf } from './pods-of.ts'
import type { Reply } from './reply.ts'

/** Where a server shows the settings that it was started with: a page that answers with a JSON map. */
export interface SettingsPage {
  readonly page: string
  /** Where the server listens, whatever the manifest says about it; left out: the port that the pod declares. */
  readonly port?: number
}

/** What one pod says of its settings. */
export interface PodSettings {
  readonly pod: string
  readonly uid: string
  readonly settings: Readonly<Record<string, string>>
}

/** A pod without a readiness probe counts as ready before its server listens. Milliseconds. */
const LISTENS_WITHIN_MS = 10_000

/** What each pod of a Deployment says. Ends the check when there is no pod, or one does not answer. */
export async function settingsOf(
  live: Live,
  reference: Reference,
  page: SettingsPage,
): Promise<readonly PodSettings[]> {
  const pods = await podsOf(live, reference)
  if (pods.length === 0) throw new Settled(missed('live-no-pods', { what: reference }))
  return await Promise.all(pods.map((pod) => settingsOfPod(live, pod, page)))
}

/** What one pod says, once it listens. Ends the check when it does not show its settings. */
export async function settingsOfPod(live: Live, pod: Pod, { page, port }: SettingsPage): Promise<PodSettings> {
  const { name, uid } = pod.metadata
  const door = podDoor(live, pod, port)
  let last: Reply | undefined
  const settings = await live.waiting.until(
    `${name} shows its settings`,
    async () => {
      last = await door.ask(page)
      return last.kind === 'failed' ? undefined : (settingsIn(last) ?? 'none')
    },
    LISTENS_WITHIN_MS,
  )
  if (settings !== undefined && settings !== 'none') return { pod: name, uid, settings }
  const detail = last?.kind === 'answer' ? `status ${last.status}` : (last?.detail ?? 'no answer')
  throw new Settled(missed('config-no-page', { pod: name, page, detail }, await podEvidence(live, [pod])))
}

/** Undefined for an answer that is no map of settings. */
export function settingsIn(reply: Reply): Readonly<Record<string, string>> | undefined {
  if (reply.kind !== 'answer' || reply.status !== 200) return undefined
  try {
    const map: unknown = JSON.parse(reply.text)
    if (typeof map !== 'object' || map === null) return undefined
    return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]))
  } catch {
    return undefined
  }
}

/** `"Good morning" from 3 of 3 pods`; several values are told side by side. */
export function told(shown: readonly PodSettings[], key: string): string {
  const counts = new Map<string, number>()
  for (const { settings } of shown) {
    const value = settings[key]
    const text = value === undefined ? 'nothing' : JSON.stringify(value)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts].map(([text, count]) => `${text} from ${count} of ${shown.length} pods`).join(', ')
}
