import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import net from 'node:net'
import type { Answer, ConnectTo, Question } from '../preload/container-settings.ts'
import type { ShellAnswer, ShellRequest } from '../shell/requests.ts'

/** What the runtime does for one container's processes. */
export interface ControlHandler {
  ready(peer: ControlPeer): void
  connect(host: string, port: number): Promise<{ address: string; to: ConnectTo }>
  lookup(name: string): Promise<readonly string[]>
  listening(socket: string): void
  closed(socket: string): void
  /** Asked by a sandboxed shell only. */
  shell(request: ShellRequest): Promise<ShellAnswer>
  usage(usage: { readonly cpuNanoseconds: number; readonly memoryBytes: number }): void
}

export interface ControlPeer {
  tell(answer: Answer): void
}

/** A line that is longer is none of the preload's. */
const MAX_LINE = 1024 * 1024

/** The socket on which containers' processes ask the runtime; each shows the word it was given at its start. */
export class ControlServer {
  readonly path: string
  readonly #server = net.createServer((socket) => this.#serve(socket))
  readonly #handlers = new Map<string, ControlHandler>()
  readonly #sockets = new Set<net.Socket>()

  constructor(path: string) {
    this.path = path
  }

  async listen(): Promise<void> {
    await rm(this.path, { force: true }).catch(() => {})
    this.#server.listen(this.path)
    await once(this.#server, 'listening')
    this.#server.unref()
  }

  /** Gives the word for a container's processes. */
  admit(handler: ControlHandler): string {
    const token = randomBytes(16).toString('hex')
    this.#handlers.set(token, handler)
    return token
  }

  dismiss(token: string): void {
    this.#handlers.delete(token)
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(socket: net.Socket): void {
    let handler: ControlHandler | undefined
    let rest = ''
    const peer: ControlPeer = { tell: (answer) => socket.writable && socket.write(`${JSON.stringify(answer)}\n`) }
    this.#sockets.add(socket)
    socket.unref()
    socket.setEncoding('utf8')
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() as string
      if (rest.length > MAX_LINE) return socket.destroy()
      for (const line of lines) {
        const question = parse(line)
        if (!question) return socket.destroy()
        if (question.op === 'hello') {
          handler = this.#handlers.get(question.token)
          if (!handler) return socket.destroy()
          handler.ready(peer)
        } else if (handler) {
          answer(question, handler, peer)
        }
      }
    })
  }
}

function parse(line: string): Question | undefined {
  try {
    return JSON.parse(line) as Question
  } catch {
    return undefined
  }
}

function answer(question: Exclude<Question, { op: 'hello' }>, handler: ControlHandler, peer: ControlPeer): void {
  switch (question.op) {
    case 'connect':
      handler
        .connect(String(question.host), Number(question.port))
        .catch(() => ({ address: question.host, to: { kind: 'refused' } as const }))
        .then(({ address, to }) => peer.tell({ op: 'connect', id: question.id, address, to }))
      return
    case 'lookup':
      handler
        .lookup(String(question.name))
        .catch(() => [])
        .then((addresses) => peer.tell({ op: 'lookup', id: question.id, addresses }))
      return
    case 'shell':
      handler
        .shell(question.request)
        .catch(() => ({ ok: false }))
        .then((reply) => peer.tell({ op: 'shell', id: question.id, answer: reply }))
      return
    case 'listening':
      handler.listening(question.socket)
      return
    case 'closed':
      handler.closed(question.socket)
      return
    case 'usage':
      handler.usage(question)
  }
}
