import http from 'node:http'
import https from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { finding } from '../messages/catalogue.ts'
import { ClusterFault } from './cluster-fault.ts'
import type { ApiAnswer, ApiRequest, KubernetesApi } from './kubernetes-api.ts'

/** An API server that is silent for this long hangs. Milliseconds. */
const SILENCE_MS = 15_000

/**
 * The API server of a kubeconfig's current context. client-node reads the kubeconfig and knows every way to authenticate
 * (certificates, tokens, plug-ins, proxies); the bodies stay the JSON that the server sent, since three-way apply must not lose a
 * field that client-node's models do not have.
 */
export async function httpsApi(config: KubeConfig, silenceMs = SILENCE_MS): Promise<KubernetesApi> {
  const server = (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '')
  const options: https.RequestOptions = { headers: {} }
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    // a certificate that is not where it was, a plug-in that fails, plain HTTP without leave
    const reason = `its entry in the kubeconfig cannot be used (${error instanceof Error ? error.message : String(error)})`
    throw new ClusterFault(finding('cluster-unreachable', { server: server || 'the cluster', reason }))
  }
  if (!URL.canParse(server)) {
    const reason = 'its entry in the kubeconfig has no usable address'
    throw new ClusterFault(finding('cluster-unreachable', { server: server || 'the cluster', reason }))
  }
  const base = new URL(server)
  const plain = base.protocol === 'http:'
  const { agent: _, headers, ...tls } = options
  const agent =
    config.getCurrentCluster()?.proxyUrl !== undefined
      ? options.agent
      : new (plain ? http.Agent : https.Agent)({
          keepAlive: true,
          maxSockets: 50,
          ...(plain ? {} : (tls as https.AgentOptions)),
        })
  return {
    server,
    request: (request) =>
      send(base, { ...tls, agent, headers: headers ?? {} }, server, { timeoutMs: silenceMs, ...request }),
  }
}

function send(base: URL, options: https.RequestOptions, server: string, call: ApiRequest): Promise<ApiAnswer> {
  const { method = 'GET', query = {}, body, contentType = 'application/json', timeoutMs = SILENCE_MS } = call
  const url = new URL(base.pathname.replace(/\/$/, '') + call.path, base)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? http : https).request(url, {
      ...options,
      method,
      headers: {
        ...options.headers,
        accept: call.proxied ? '*/*' : 'application/json',
        ...(payload !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(payload) }),
      },
      ...(call.signal && { signal: call.signal }),
    })
    const timer = setTimeout(() => {
      reject(new ClusterFault(finding('cluster-silent', { server, seconds: Math.round(timeoutMs / 1000) })))
      request.destroy()
    }, timeoutMs)
    request.on('error', (error) => {
      clearTimeout(timer)
      if (call.signal?.aborted) reject(error)
      else reject(new ClusterFault(finding('cluster-unreachable', { server, reason: reasonOf(error) })))
    })
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', (error) => {
        clearTimeout(timer)
        reject(new ClusterFault(finding('cluster-unreachable', { server, reason: reasonOf(error) })))
      })
      response.on('end', () => {
        clearTimeout(timer)
        const answer = { status: response.statusCode ?? 0, text, warnings: warningsOf(response) }
        const fault = call.proxied ? undefined : faultOf(answer)
        if (fault) reject(fault)
        else resolve(answer)
      })
    })
    request.end(payload)
  })
}

/** 401 and 5xx are the cluster's; a 500 with causes would be a refusal, and there is none such. */
function faultOf({ status, text }: ApiAnswer): ClusterFault | undefined {
  if (status === 401) return new ClusterFault(finding('cluster-unauthorized', { detail: detailOf(text) }))
  if (status >= 500) return new ClusterFault(finding('cluster-error', { status, detail: detailOf(text) }))
  return undefined
}

/** The message of a Status, or the beginning of whatever it is. */
export function detailOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    if (typeof message === 'string') return message
  } catch {
    // no Status
  }
  return text.trim().slice(0, 200) || 'no text'
}

function reasonOf(error: Error): string {
  const nested = error instanceof AggregateError ? error.errors[0] : undefined
  const { code, message } = (nested ?? error) as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return 'nothing listens there (ECONNREFUSED)'
  if (code === 'ENOTFOUND') return 'no such host (ENOTFOUND)'
  return message || String(code)
}

/** `299 - "text"`, one or several. */
function warningsOf(response: http.IncomingMessage): string[] {
  const header = response.headers.warning
  return header === undefined
    ? []
    : [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'))
}
