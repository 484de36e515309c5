import { type IncomingHttpHeaders, request } from 'node:http'
import { request as secureRequest } from 'node:https'
import type * as models from '@kubernetes/client-node'
import type { Container as ContainerSpec, Json, Pod } from '../../apimachinery/objects.ts'
import { netWords, openTarget, type Reach, resolvePort } from './target.ts'

export type HttpGet = Json<models.V1HTTPGetAction>

const MOST_REDIRECTS = 10
/** As much of an answer as anybody reads. */
const MOST_BYTES = 10 * 1024

export type HttpAnswer =
  | { readonly status: number; readonly body: string }
  /** No answer: the words of Go's client, `Get "http://…": …`. */
  | { readonly failed: string }

/**
 * GETs as the kubelet does: a connection of its own, certificates unchecked, redirects followed on the same host only.
 * Throws an Error when the request itself makes no sense (a port that no container has).
 */
export async function httpGet(
  pod: Pod,
  container: ContainerSpec,
  podIP: string,
  action: HttpGet,
  { purpose, timeoutMs }: { readonly purpose: 'probe' | 'lifecycle'; readonly timeoutMs: number },
  reach: Reach,
): Promise<HttpAnswer> {
  const port = resolvePort(action.port as number | string, container)
  const host = action.host || podIP
  const scheme = (action.scheme ?? 'HTTP').toLowerCase()
  const path = action.path ?? '/'
  let url = new URL(`${scheme}://${bracketed(host)}:${port}${path.startsWith('/') ? '' : '/'}${path}`)
  const deadline = AbortSignal.timeout(timeoutMs)
  const headers = headersOf(action, purpose)
  // A URL without its default port is not what Go prints.
  const shown = (target: URL) =>
    `${scheme}://${bracketed(host)}:${target.port || port}${target.pathname}${target.search}`

  for (let hops = 0; ; hops++) {
    const address = `${host}:${port}`
    try {
      const target = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
      const answer = await once(pod, podIP, action.host, hops === 0 ? port : target, url, headers, deadline, reach)
      const location = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined
      const next = location ? new URL(location, url) : undefined
      if (!next || next.hostname !== url.hostname) return answer
      if (hops + 1 >= MOST_REDIRECTS) return { failed: `Get "${location}": stopped after 10 redirects` }
      url = next
    } catch (error) {
      const words = deadline.aborted
        ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
        : netWords(error as NodeJS.ErrnoException, address)
      return { failed: `Get "${shown(url)}": ${words}` }
    }
  }
}

async function once(
  pod: Pod,
  podIP: string,
  host: string | undefined,
  port: number,
  url: URL,
  headers: Record<string, string | string[]>,
  signal: AbortSignal,
  reach: Reach,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const socket = await openTarget(pod, podIP, host, port, reach)
  const options = {
    method: 'GET',
    path: url.pathname + url.search,
    headers: { Host: `${url.hostname}:${port}`, ...headers, Connection: 'close' },
    signal,
  }
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:'
        ? secureRequest({ ...options, agent: false, socket, rejectUnauthorized: false } as object)
        : // No `agent: false` here: Node would then connect by itself.
          request({ ...options, createConnection: () => socket })
    sent.on('error', (error) => {
      socket.destroy()
      reject(error)
    })
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      const done = () => {
        socket.destroy()
        const body = Buffer.concat(chunks).subarray(0, MOST_BYTES).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size >= MOST_BYTES) done()
      })
      response.on('end', done)
      response.on('error', reject)
    })
    sent.end()
  })
}

function headersOf(action: HttpGet, purpose: string): Record<string, string | string[]> {
  const headers = new Map<string, string[]>([
    ['User-Agent', []],
    ['Accept', []],
  ])
  for (const { name, value } of action.httpHeaders ?? []) {
    const known = [...headers.keys()].find((key) => key.toLowerCase() === name.toLowerCase()) ?? name
    headers.set(known, [...(headers.get(known) ?? []), value])
  }
  if (headers.get('User-Agent')?.length === 0) headers.set('User-Agent', [`kube-${purpose}/1.34`])
  const accept = headers.get('Accept') ?? []
  if (accept.length === 0) headers.set('Accept', ['*/*'])
  else if (accept.join('') === '') headers.delete('Accept')
  const host = [...headers.keys()].find((key) => key.toLowerCase() === 'host')
  const hosts = host ? headers.get(host) : undefined
  if (host) headers.delete(host)
  return { ...Object.fromEntries(headers), ...(hosts?.[0] && { Host: hosts[0] }) }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
