import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import path from 'node:path'
import type { StateFolder } from '../../cluster/daemon/state-folder.ts'
import type { ClusterStatus } from '../../cluster/daemon/status.ts'

/** A practice cluster that runs: where it is, and its own door beside the Kubernetes API. */
export class PracticeCluster {
  readonly url: string
  readonly token: string
  /** PEM. */
  readonly certificate: string
  /** Path of the kubeconfig; its only context is `practice`. */
  readonly kubeconfig: string
  readonly pid: number
  /** Of the bundle that it runs. */
  readonly version: string

  constructor(state: StateFolder) {
    const running = state.readProcess()
    if (!running) throw new PracticeClusterError('The practice cluster does not run.')
    this.url = `https://127.0.0.1:${running.port}`
    this.token = readFileSync(path.join(state.pki, 'token'), 'utf8').trim()
    this.certificate = readFileSync(path.join(state.pki, 'apiserver.crt'), 'utf8')
    this.kubeconfig = state.kubeconfig
    this.pid = running.pid
    this.version = running.version
  }

  status(): Promise<ClusterStatus> {
    return this.#json('GET', 'status')
  }

  /** `scheduler`, `kube-proxy`, `kubelet/node-2`, or `node-2`: the whole host is lost. Throws with the valid names. */
  async stop(component: string): Promise<void> {
    await this.#json('POST', 'stop', { component })
  }

  /**
   * Stops a component for as long as this process holds it: the returned function starts it again, and so does the cluster when this
   * process ends, however it ends. Throws with the valid names.
   */
  async hold(component: string): Promise<() => Promise<void>> {
    const release = await this.#hold('hold', { component })
    return async () => {
      await this.start(component)
      release()
    }
  }

  /** Makes the control plane's clock go this many times as fast, as long as `hold` lasts; then it goes as it went before. */
  holdSpeed(speed: number): Promise<() => void> {
    return this.#hold('hold-speed', { speed })
  }

  async start(component: string): Promise<void> {
    await this.#json('POST', 'start', { component })
  }

  /** Makes the control plane's clock go this many times as fast as real time. */
  async setSpeed(speed: number): Promise<void> {
    await this.#json('POST', 'speed', { speed })
  }

  /** Asks the cluster to end: its pods get their SIGTERM. Resolves when it has taken the request. */
  async shutdown(): Promise<void> {
    await this.#json('POST', 'shutdown')
  }

  /** Keeps the cluster from stopping because nobody uses it, until the returned function is called or this process ends. */
  stayAwake(): () => void {
    const request = this.#request('GET', '/practice/v1/presence')
    request.on('response', (response) => response.resume())
    request.on('error', () => {})
    request.on('socket', (socket) => socket.unref())
    request.end()
    return () => request.destroy()
  }

  /** Whether the API server says that it is ready, within `ms`. */
  ready(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const request = this.#request('GET', '/readyz')
      const timer = setTimeout(() => request.destroy(new Error('no answer')), ms)
      request.on('response', (response) => {
        clearTimeout(timer)
        response.resume()
        resolve(response.statusCode === 200)
      })
      request.on('error', () => {
        clearTimeout(timer)
        resolve(false)
      })
      request.end()
    })
  }

  async #hold(door: string, body: unknown): Promise<() => void> {
    const request = this.#request('POST', `/practice/v1/${door}`)
    await new Promise<void>((resolve, reject) => {
      request.on('error', reject)
      request.on('response', (response) => {
        if (response.statusCode === 200) {
          response.resume()
          response.on('error', () => {})
          return resolve()
        }
        textOf(response).then((text) => {
          reject(new PracticeClusterError((JSON.parse(text) as { error?: string }).error ?? text))
        }, reject)
      })
      request.end(JSON.stringify(body))
    })
    return () => void request.destroy()
  }

  #request(method: string, target: string) {
    return https.request(`${this.url}${target}`, {
      method,
      ca: this.certificate,
      agent: false,
      headers: { authorization: `Bearer ${this.token}`, accept: 'application/json' },
    })
  }

  async #json<T>(method: string, door: string, body?: unknown): Promise<T> {
    const request = this.#request(method, `/practice/v1/${door}`)
    const text = await new Promise<string>((resolve, reject) => {
      request.on('error', reject)
      request.on('response', (response) => void textOf(response).then(resolve, reject))
      request.end(body === undefined ? undefined : JSON.stringify(body))
    })
    const answer = JSON.parse(text) as T & { readonly error?: string }
    if (answer.error !== undefined) throw new PracticeClusterError(answer.error)
    return answer
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response) text += chunk
  return text
}

/** The practice cluster cannot do what was asked; the message is for the learner. */
export class PracticeClusterError extends Error {
  override readonly name = 'PracticeClusterError'
}
