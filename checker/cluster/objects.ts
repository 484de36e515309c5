import type { KindName, Kinds } from '../../cluster/apimachinery/objects.ts'
import { finding } from '../messages/catalogue.ts'
import { ClusterFault } from './cluster-fault.ts'
import { detailOf } from './https-api.ts'
import { type ApiAnswer, type ApiRequest, jsonOf, type KubernetesApi } from './kubernetes-api.ts'
import { builtIn, pathOf, type Resource } from './resources.ts'

/** An object as JSON, of any kind, with what every answer has. */
export interface AnyObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
  }
  readonly [field: string]: unknown
}

export interface Selection {
  readonly labels?: string
  readonly fields?: string
}

/** The server said no, for a reason that is not its own: 400, 403, 404, 409, 422, … */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly reason: string
  readonly causes: readonly { readonly field?: string; readonly message?: string; readonly reason?: string }[]

  constructor(answer: ApiAnswer) {
    super(detailOf(answer.text))
    this.status = answer.status
    const parsed = statusOf(answer)
    this.reason = parsed?.reason ?? ''
    this.causes = parsed?.details?.causes ?? []
  }
}

interface WireStatus {
  readonly reason?: string
  readonly details?: { readonly causes?: Refusal['causes'] }
}

/** Objects of a cluster, read and written by kind and name. Throws ClusterFault, and Refusal where one is possible. */
export class Objects {
  readonly api: KubernetesApi
  readonly #discovered = new Map<string, Resource | undefined>()

  constructor(api: KubernetesApi) {
    this.api = api
  }

  /** Undefined when there is none. */
  async get<K extends KindName>(kind: K, namespace: string | undefined, name: string): Promise<Kinds[K] | undefined> {
    return (await this.read(resourceOf(kind), namespace, name)) as Kinds[K] | undefined
  }

  async list<K extends KindName>(kind: K, namespace?: string, { labels, fields }: Selection = {}): Promise<Kinds[K][]> {
    const query = { labelSelector: labels, fieldSelector: fields }
    const answer = await this.#send({ path: pathOf(resourceOf(kind), namespace), query })
    const { items } = jsonOf<{ items: Kinds[K][] | null }>(answer)
    const [apiVersion = '', name = ''] = kind.split(' ')
    // items of a list carry neither on a real server
    return (items ?? []).map((item) => ({ ...item, apiVersion, kind: name }))
  }

  async read(resource: Resource, namespace: string | undefined, name: string): Promise<AnyObject | undefined> {
    const answer = await this.api.request({ path: pathOf(resource, namespace, name) })
    if (answer.status === 404) return undefined
    return jsonOf<AnyObject>(accepted(answer))
  }

  /** `query` may hold `dryRun`, `fieldManager`, `fieldValidation`. */
  async create(
    resource: Resource,
    namespace: string | undefined,
    body: unknown,
    query: ApiRequest['query'] = {},
  ): Promise<AnyObject> {
    return jsonOf(await this.#send({ method: 'POST', path: pathOf(resource, namespace), body, query }))
  }

  async replace(
    resource: Resource,
    namespace: string | undefined,
    body: AnyObject,
    query: ApiRequest['query'] = {},
  ): Promise<AnyObject> {
    return jsonOf(
      await this.#send({ method: 'PUT', path: pathOf(resource, namespace, body.metadata.name), body, query }),
    )
  }

  /** A JSON merge patch, if no other type is given. */
  async patch(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    body: unknown,
    { query = {}, contentType = 'application/merge-patch+json' }: Pick<ApiRequest, 'query' | 'contentType'> = {},
  ): Promise<AnyObject> {
    const path = pathOf(resource, namespace, name)
    return jsonOf(await this.#send({ method: 'PATCH', path, body, query, contentType }))
  }

  /** False when it was not there. */
  async delete(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    options: { readonly gracePeriodSeconds?: number; readonly propagationPolicy?: string; readonly uid?: string } = {},
  ): Promise<boolean> {
    const { uid, ...rest } = options
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Background',
      ...rest,
      ...(uid && { preconditions: { uid } }),
    }
    const answer = await this.api.request({ method: 'DELETE', path: pathOf(resource, namespace, name), body })
    if (answer.status === 404) return false
    accepted(answer)
    return true
  }

  /** The last lines of a container's log; `''` where there is none. */
  async log(
    namespace: string,
    pod: string,
    { container, lines = 5, previous = false }: { container?: string; lines?: number; previous?: boolean } = {},
  ): Promise<string> {
    const path = `${pathOf(resourceOf('v1 Pod'), namespace, pod)}/log`
    const answer = await this.api.request({
      path,
      query: { container, tailLines: lines, previous: previous || undefined },
    })
    return answer.status === 200 ? answer.text : ''
  }

  /** Where a kind lives: what every cluster has is known, else the cluster is asked. Undefined when it has none such. */
  async resource(apiVersion: string, kind: string): Promise<Resource | undefined> {
    const known = builtIn(apiVersion, kind)
    if (known) return known
    const key = `${apiVersion} ${kind}`
    if (!this.#discovered.has(key)) this.#discovered.set(key, await this.#discover(apiVersion, kind))
    return this.#discovered.get(key)
  }

  async #discover(apiVersion: string, kind: string): Promise<Resource | undefined> {
    if (!/^[a-z0-9.-]+(\/[a-z0-9]+)?$/.test(apiVersion)) return undefined
    const answer = await this.api.request({
      path: apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`,
    })
    if (answer.status !== 200) return undefined
    const { resources = [] } = jsonOf<{ resources?: { name: string; kind: string; namespaced: boolean }[] }>(answer)
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'))
    return found && { apiVersion, kind, plural: found.name, namespaced: found.namespaced }
  }

  async #send(request: ApiRequest): Promise<ApiAnswer> {
    return accepted(await this.api.request(request))
  }
}

/** The resource of a kind that the checker itself uses. */
export function resourceOf(kind: KindName): Resource {
  const [apiVersion = '', name = ''] = kind.split(' ')
  const resource = builtIn(apiVersion, name)
  if (!resource) throw new RangeError(`no such kind: ${kind}`)
  return resource
}

function accepted(answer: ApiAnswer): ApiAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer
  const refusal = new Refusal(answer)
  if (answer.status === 429) throw new ClusterFault(finding('cluster-error', { status: 429, detail: refusal.message }))
  throw refusal
}

function statusOf({ text }: ApiAnswer): WireStatus | undefined {
  try {
    return JSON.parse(text) as WireStatus
  } catch {
    return undefined
  }
}
