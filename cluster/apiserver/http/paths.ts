import { failure } from '../../apimachinery/errors.ts'
import type { Resources } from '../resource.ts'
import { reviews } from '../reviews/index.ts'
import { negotiate } from './accept.ts'
import { Discovery } from './discovery.ts'
import { answerJson, answerText, type Exchange } from './exchange.ts'
import { OpenApi } from './openapi.ts'
import { answerOpenApiV2 } from './openapi-v2.ts'
import { VERSION } from './version.ts'

const HEALTH = /^\/(healthz|livez|readyz)(\/(ping|log|etcd))?$/
const OPENAPI = '/openapi/v3'
const OPENAPI_V2 = '/openapi/v2'

/** Everything that is no resource: health, version, discovery, OpenAPI. */
export class Paths {
  readonly #resources: Resources
  readonly #discovery: Discovery
  readonly #openApi: OpenApi

  constructor(resources: Resources) {
    this.#resources = resources
    this.#discovery = new Discovery([...resources.all, ...reviews])
    this.#openApi = new OpenApi(resources)
  }

  hasGroup(group: string): boolean {
    return this.#discovery.hasGroup(group)
  }

  /** Answers, or throws NotFound for a version of a group that is not served. */
  serve(exchange: Exchange): void {
    const { info, query } = exchange
    const path = info.path.length > 1 ? info.path.replace(/\/$/, '') : info.path
    if (HEALTH.test(path)) {
      const name = path.split('/')[1]
      const verbose = query.has('verbose') ? `[+]ping ok\n[+]log ok\n[+]etcd ok\n${name} check passed\n` : 'ok'
      answerText(exchange, 200, verbose)
    } else if (path === '/api' || path === '/apis') this.#answerRoot(exchange, path)
    else if (path === OPENAPI_V2) answerOpenApiV2(exchange)
    else if (path.startsWith(`${OPENAPI}/`)) this.#answerOpenApi(exchange, path.slice(OPENAPI.length + 1))
    else {
      const found = this.#found(path)
      if (found) answerJson(exchange, 200, JSON.stringify(found))
      else answerText(exchange, 404, '404 page not found\n')
    }
  }

  #answerRoot(exchange: Exchange, path: string): void {
    const { headers } = exchange.request
    const core = path === '/api'
    const accepted = negotiate(headers.accept, ['APIGroupDiscoveryList'])
    if (accepted.as) {
      const version = accepted.version ?? 'v2'
      const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
      answerJson(exchange, 200, JSON.stringify(this.#discovery.aggregated(core, version)), type)
      return
    }
    const list = core ? this.#discovery.coreVersions(headers.host ?? '') : this.#discovery.groupList()
    answerJson(exchange, 200, JSON.stringify(list))
  }

  #answerOpenApi(exchange: Exchange, path: string): void {
    const document = this.#openApi.document(path)
    if (document === undefined) exchange.response.writeHead(404).end()
    else answerJson(exchange, 200, document)
  }

  #found(path: string): object | undefined {
    const discovery = this.#discovery
    if (path === '/') return { paths: this.#all() }
    if (path === '/version') return VERSION
    if (path === OPENAPI) return this.#openApi.index()
    const [, root, first = '', second, ...more] = path.split('/')
    if (root === 'api') {
      if (second === undefined && discovery.hasVersion(first)) return discovery.resourceList(first)
      throw noSuchResource()
    }
    if (root !== 'apis' || more.length > 0 || !discovery.hasGroup(first)) return undefined
    if (second === undefined) return discovery.group(first)
    const apiVersion = `${first}/${second}`
    if (!discovery.hasVersion(apiVersion)) throw noSuchResource()
    return discovery.resourceList(apiVersion)
  }

  /** What `GET /` lists. */
  #all(): string[] {
    const named = [...this.#resources.all, ...reviews].filter(({ group }) => group)
    const apis = named.flatMap(({ group, apiVersion }) => [`/apis/${group}`, `/apis/${apiVersion}`])
    const others = ['/healthz', '/livez', OPENAPI_V2, OPENAPI, '/readyz', '/version']
    return [...new Set(['/api', '/api/v1', '/apis', ...apis.sort(), ...others])]
  }
}

export function noSuchResource() {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {})
}
