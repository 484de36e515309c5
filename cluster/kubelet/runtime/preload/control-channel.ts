import net from 'node:net'
import type { ShellAnswer, ShellRequest } from '../shell/requests.ts'
import type { Answer, ConnectTo, ContainerSettings, Question } from './container-settings.ts'
import { resizeTerminal } from './terminal.ts'

type SignalAnswer = Extract<Answer, { op: 'signal' }>

/**
 * The way from a container's process to the runtime: what it asks when it connects or looks up a name. The app sees nothing
 * of it, and it keeps the app alive only while an answer is awaited. When it breaks, the cluster has ended, and so does the process.
 */
export class ControlChannel {
  readonly #socket: net.Socket
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #lastId = 0
  #rest = ''

  /** `connect` is `net.Socket`'s own, as it was before the preload replaced it. */
  constructor(
    settings: ContainerSettings,
    connect: (this: net.Socket, options: object) => net.Socket,
    onSignal: (answer: SignalAnswer) => void,
    onEnd: () => void,
  ) {
    this.#socket = new net.Socket()
    connect.call(this.#socket, { path: settings.control })
    this.#socket.setEncoding('utf8')
    this.#socket.on('data', (chunk: string) => {
      const lines = (this.#rest + chunk).split('\n')
      this.#rest = lines.pop() as string
      for (const line of lines) this.#take(JSON.parse(line) as Answer, onSignal)
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', onEnd)
    this.#socket.unref()
    this.tell({ op: 'hello', token: settings.token })
  }

  tell(question: Question): void {
    this.#socket.write(`${JSON.stringify(question)}\n`)
  }

  /** Where a connection to a host's port goes, and the address that the host's name has. */
  async connect(host: string, port: number): Promise<{ address: string; to: ConnectTo }> {
    const answer = await this.#ask((id) => ({ op: 'connect', id, host, port }))
    return answer as Extract<Answer, { op: 'connect' }>
  }

  /** Addresses of a name; none when there is no such name. */
  async lookup(name: string): Promise<readonly string[]> {
    const answer = await this.#ask((id) => ({ op: 'lookup', id, name }))
    return (answer as Extract<Answer, { op: 'lookup' }>).addresses
  }

  /** What only the sandboxed shell asks. */
  async shell(request: ShellRequest): Promise<ShellAnswer> {
    const answer = await this.#ask((id) => ({ op: 'shell', id, request }))
    return (answer as Extract<Answer, { op: 'shell' }>).answer
  }

  #ask(question: (id: number) => Question): Promise<Answer> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#socket.ref()
      this.tell(question(id))
    })
  }

  #take(answer: Answer, onSignal: (answer: SignalAnswer) => void): void {
    if (answer.op === 'signal') {
      onSignal(answer)
      return
    }
    if (answer.op === 'usage') {
      const { user, system } = process.cpuUsage()
      this.tell({ op: 'usage', cpuNanoseconds: (user + system) * 1000, memoryBytes: process.memoryUsage.rss() })
      return
    }
    if (answer.op === 'resize') {
      resizeTerminal(answer)
      return
    }
    this.#waiting.get(answer.id)?.(answer)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) this.#socket.unref()
  }
}
