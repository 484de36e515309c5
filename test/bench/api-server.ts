import { setMaxListeners } from 'node:events'
import type { ApiClient } from '../../cluster/client/api-client.ts'
import { type HttpsClient, httpsClient } from '../../cluster/client/https-client.ts'
import { BenchCluster, clientOf } from './bench-cluster.ts'
import type { Figure } from './figure.ts'
import { median } from './median.ts'
import type { RealServer } from './real-server.ts'

const ONE_AFTER_ANOTHER = 300
const LISTED = 2_300
const WATCHERS = 20
const WRITERS = 16
const WRITES = 800
const NAMESPACE = 'bench'

/** What is measured of an API server, in ms (median of single requests) or in requests a second. */
interface Measured {
  readonly create: number
  readonly get: number
  readonly patch: number
  readonly list: number
  readonly watchers: number
  readonly writers: number
}

/** The practice cluster's API server, and the real one under the same load in the same run when there is one. */
export async function apiServer(runs: number, real: RealServer | undefined): Promise<readonly Figure[]> {
  const bench = new BenchCluster()
  try {
    const ours: Measured[] = []
    const theirs: Measured[] = []
    const cluster = await bench.start()
    for (let run = 0; run < runs; run++) {
      ours.push(await measure(clientOf(cluster)))
      if (real) theirs.push(await measure(httpsClient({ ...real, manager: 'bench' })))
    }
    const figure = (what: string, key: keyof Measured, unit: string): Figure => ({
      what,
      value: median(ours.map((measured) => measured[key])),
      unit,
      target: real ? median(theirs.map((measured) => measured[key])) : undefined,
      ...(real && { against: 'real API server' }),
    })
    return [
      figure('create, one after another', 'create', 'ms'),
      figure('get, one after another', 'get', 'ms'),
      figure('patch, one after another', 'patch', 'ms'),
      figure(`list of ${LISTED} ConfigMaps`, 'list', 'ms'),
      figure(`${WATCHERS} watchers: a change seen by all`, 'watchers', 'ms'),
      figure(`${WRITERS} writers at once`, 'writers', '1/s'),
    ]
  } finally {
    await bench.remove()
  }
}

async function measure(api: HttpsClient): Promise<Measured> {
  await removeNamespace(api)
  await api.create('v1 Namespace', { metadata: { name: NAMESPACE } })
  try {
    const map = (name: string) => ({ metadata: { name, namespace: NAMESPACE }, data: { greeting: 'Hello', name } })
    const create = await each(ONE_AFTER_ANOTHER, (n) => api.create('v1 ConfigMap', map(`one-${n}`)))
    const get = await each(ONE_AFTER_ANOTHER, (n) =>
      api.get('v1 ConfigMap', { namespace: NAMESPACE, name: `one-${n}` }),
    )
    const patch = await each(ONE_AFTER_ANOTHER, (n) =>
      api.patch(
        'v1 ConfigMap',
        { namespace: NAMESPACE, name: `one-${n}` },
        { type: 'merge', body: { data: { n: `${n}` } } },
      ),
    )
    const started = performance.now()
    await atOnce(WRITERS, WRITES, (n) => api.create('v1 ConfigMap', map(`many-${n}`)))
    const writers = WRITES / ((performance.now() - started) / 1000)
    await atOnce(WRITERS, LISTED - WRITES - ONE_AFTER_ANOTHER, (n) => api.create('v1 ConfigMap', map(`more-${n}`)))
    const list = await each(9, () => api.list('v1 ConfigMap', { namespace: NAMESPACE }))
    return { create, get, patch, writers, list, watchers: await seenByAll(api, map) }
  } finally {
    await removeNamespace(api)
    api.close()
  }
}

/** Median milliseconds of one call. */
async function each(count: number, call: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const started = performance.now()
    await call(n)
    times.push(performance.now() - started)
  }
  return median(times)
}

async function atOnce(workers: number, count: number, call: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < count) await call(next++)
  }
  await Promise.all(Array.from({ length: workers }, work))
}

/** Median milliseconds from sending a create until the last of the watchers has it. */
async function seenByAll(api: ApiClient, map: (name: string) => object): Promise<number> {
  const stop = new AbortController()
  setMaxListeners(WATCHERS + 1, stop.signal)
  const { resourceVersion } = await api.list('v1 ConfigMap', { namespace: NAMESPACE })
  const seen = new Map<string, number>()
  let all = () => {}
  const follow = async () => {
    const options = { namespace: NAMESPACE, resourceVersion, signal: stop.signal }
    for await (const event of api.watch('v1 ConfigMap', options)) {
      if (event.type !== 'ADDED') continue
      const count = (seen.get(event.object.metadata.name) ?? 0) + 1
      seen.set(event.object.metadata.name, count)
      if (count === WATCHERS) all()
    }
  }
  const following = Array.from({ length: WATCHERS }, () => follow().catch(() => {}))
  const times = await each(50, async (n) => {
    const arrived = new Promise<void>((resolve) => {
      all = resolve
    })
    await api.create('v1 ConfigMap', map(`seen-${n}`))
    await arrived
  })
  stop.abort()
  await Promise.all(following)
  return times
}

async function removeNamespace(api: ApiClient): Promise<void> {
  const { items } = await api.list('v1 ConfigMap', { namespace: NAMESPACE })
  await atOnce(WRITERS, items.length, (n) =>
    api.delete('v1 ConfigMap', { namespace: NAMESPACE, name: items[n]?.metadata.name ?? '' }),
  )
  await api.delete('v1 Namespace', { name: NAMESPACE }).catch(() => {})
  for (let tries = 0; tries < 300; tries++) {
    try {
      await api.get('v1 Namespace', { name: NAMESPACE })
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`the namespace ${NAMESPACE} does not go away`)
}
