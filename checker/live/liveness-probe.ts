/** What a container's liveness probe asks, and whether a healthy server answers it. */
import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { podDoor } from './door.ts'
import type { Live, Probe, Reference } from './live.ts'
import { missed, type Outcome, passed, Settled } from './outcome.ts'
import { withOwnPod } from './own-pod.ts'
import { warningEvents } from './pod-evidence.ts'
import { deploymentOf } from './pods-of.ts'
import type { Reply } from './reply.ts'

type Container = Pod['spec']['containers'][number]
type LivenessProbe = NonNullable<Container['livenessProbe']>

/** A server may have been started a moment ago: until its own port takes connections a refused one says nothing. Milliseconds. */
const STARTING_MS = 20_000

/** The liveness probe asks over HTTP, and a server that is well answers it as the kubelet wants it: with 200 to 399. */
export function probeIsAnswered(reference: Reference, { container }: { readonly container?: string } = {}): Probe {
  return (live) =>
    withOwnPod(live, reference, async (pod): Promise<Outcome> => {
      const { own, httpGet } = httpProbeOf(pod.spec.containers, container)
      const { path = '/', scheme = 'HTTP' } = httpGet
      const port = portOf(own, httpGet.port)
      const what = `GET ${path} at ${httpGet.port}`
      if (scheme === 'HTTPS') {
        return missed('probe-unanswered', { what, found: 'it asks with HTTPS, and the server speaks HTTP' })
      }
      const door = podDoor(live, pod, port)
      const serves = own.ports?.[0]?.containerPort ?? port
      const ownDoor = podDoor(live, pod, serves)
      let reply: Reply | undefined
      await live.waiting.until(
        `${pod.metadata.name} answers ${what}`,
        async () => {
          reply = await door.ask(path)
          return isRefused(reply) && (serves === port || isRefused(await ownDoor.ask('/'))) ? undefined : true
        },
        STARTING_MS,
      )
      if (reply?.kind === 'answer' && reply.status >= 200 && reply.status < 400) {
        return passed(`${what}: status ${reply.status}`)
      }
      const found = reply?.kind === 'answer' ? `status ${reply.status}` : (reply?.detail ?? 'no answer')
      return missed('probe-unanswered', { what, found }, await warningEvents(live, pod.metadata.name, 1))
    })
}

function isRefused(reply: Reply): boolean {
  return reply.kind === 'failed' && reply.by === 'refused'
}

/** The liveness probe asks this page; what stands after a `?` is the learner's affair. */
export function probeAsks(
  reference: Reference,
  { container, page }: { readonly container?: string; readonly page: string },
): Probe {
  return async (live) => {
    const path = (await declared(live, reference, container)).httpGet.path ?? '/'
    return path.split('?')[0] === page ? passed(path) : missed('probe-other-page', { found: path, wanted: page })
  }
}

/** The liveness probe has to fail more than once before anything is restarted. Read from its number: nothing fails exactly once on demand. */
export function probeForgivesOnce(reference: Reference, { container }: { readonly container?: string } = {}): Probe {
  return async (live) => {
    const { failureThreshold = 3 } = (await declared(live, reference, container)).probe
    const field = 'livenessProbe.failureThreshold'
    if (failureThreshold >= 2) return passed(`failureThreshold: ${failureThreshold}`)
    return missed('live-field', { what: reference, field, found: String(failureThreshold), wanted: '2 or more' })
  }
}

interface HttpProbe {
  /** The container that has it. */
  readonly own: Container
  readonly probe: LivenessProbe
  readonly httpGet: NonNullable<LivenessProbe['httpGet']>
}

async function declared(live: Live, reference: Reference, container: string | undefined): Promise<HttpProbe> {
  const { spec } = await deploymentOf(live, reference)
  return httpProbeOf(spec.template.spec?.containers ?? [], container)
}

/** Of the container with the name, else of the first that has one. Ends the check when it has none that asks over HTTP. */
function httpProbeOf(containers: readonly Container[], wanted: string | undefined): HttpProbe {
  const own = containers.find(({ name, livenessProbe }) => (wanted === undefined ? livenessProbe : name === wanted))
  if (!own && wanted !== undefined) {
    const found = containers.map((each) => each.name).join(', ')
    throw new Settled(missed('container-absent', { name: wanted, found }))
  }
  const { name: container = '', livenessProbe: probe, readinessProbe, startupProbe } = own ?? containers[0] ?? {}
  if (!own || !probe) {
    const others = [readinessProbe && 'readiness probe', startupProbe && 'startup probe'].filter((each) => each)
    throw new Settled(missed('probe-absent', { container, others: others.join(' and ') }))
  }
  if (!probe.httpGet) {
    const found = probe.tcpSocket ? 'a TCP connection' : probe.grpc ? 'a question over gRPC' : 'a command'
    throw new Settled(missed('probe-other-way', { container, found }))
  }
  return { own, probe, httpGet: probe.httpGet }
}

function portOf({ ports = [] }: Container, port: number | string): number {
  if (typeof port === 'number' || /^\d+$/.test(port)) return Number(port)
  return ports.find(({ name }) => name === port)?.containerPort ?? 0
}
