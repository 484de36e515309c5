import type { Readable } from 'node:stream'
import type { WebSocket } from 'ws'
import { attachablePod } from '../attachable-pod.ts'
import type { Command } from '../command.ts'
import { defaultContainer } from '../container-choice.ts'
import { CommandError } from '../errors.ts'
import type { Keyboard } from '../io.ts'
import { at } from '../objects.ts'
import { findResource, pathOf } from '../resource.ts'
import type { Session } from '../session.ts'
import { openStream } from '../stream-socket.ts'

const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const [STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255]

interface ExecStatus {
  readonly status?: string
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] }
}

export const exec: Command = {
  name: 'exec',
  summary: 'Execute a command in a container',
  usage: 'exec (POD | TYPE/NAME) [-c CONTAINER] [-i] [-t] -- COMMAND [args...]',
  flags: [
    { name: 'container', short: 'c', type: 'text', help: 'which container' },
    { name: 'stdin', short: 'i', type: 'on', help: 'pass what is typed on to the command' },
    { name: 'tty', short: 't', type: 'on', help: 'give the command a terminal' },
    { name: 'quiet', short: 'q', type: 'on', help: 'print only what the command prints' },
    { name: 'pod-running-timeout', type: 'duration', help: 'how long to wait for a pod of a workload' },
  ],
  async run(session) {
    const { words, flags } = session
    const [word, ...more] = words
    const command = flags.rest
    if (word === undefined) throw new CommandError('pod, type/name or --filename must be specified')
    if (more.length > 0) {
      throw new CommandError(
        "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples",
      )
    }
    if (command.length === 0) throw new CommandError('you must specify at least one command for the container')
    const { pod } = await attachablePod(session, word)
    const phase = at(pod, 'status', 'phase')
    if (phase === 'Succeeded' || phase === 'Failed')
      throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${phase}`)
    const container = flags.text('container') ?? defaultContainer(session, pod)

    const keyboard = flags.on('stdin') ? session.io.keyboard() : undefined
    const tty = keyboard !== undefined && flags.on('tty') && keyboard.setRaw !== undefined
    if (keyboard && flags.on('tty') && !tty)
      session.note('Unable to use a TTY - input is not a terminal or the right kind of file')
    const query = new URLSearchParams({ container, stdout: 'true', stderr: String(!tty), tty: String(tty) })
    if (keyboard) query.set('stdin', 'true')
    for (const argument of command) query.append('command', argument)
    const { name, namespace } = pod.metadata
    const path = pathOf(findResource(await session.resources(), 'pods'), { namespace, name, subresource: 'exec' })
    const socket = await openStream(session, path, query, PROTOCOLS)
    finish(await joined(session, socket, keyboard, tty))
  },
}

/** Passes everything on until the status comes. */
async function joined(
  { io }: Session,
  socket: WebSocket,
  keyboard: Keyboard | undefined,
  tty: boolean,
): Promise<ExecStatus> {
  const send = (channel: number, bytes: Uint8Array) => socket.send(Buffer.concat([Buffer.of(channel), bytes]))
  const closed = new Promise<ExecStatus>((resolve) => {
    let status: ExecStatus = { status: 'Failure', message: 'the connection to the server was lost' }
    socket.on('message', (data: Buffer) => {
      const bytes = data.subarray(1)
      if (data[0] === STDOUT) io.stdout(bytes)
      else if (data[0] === STDERR) io.stderr(bytes)
      else if (data[0] === STATUS && bytes.length > 0) status = JSON.parse(bytes.toString()) as ExecStatus
    })
    socket.on('close', () => resolve(status))
  })
  const stop = () => socket.terminate()
  io.signal.addEventListener('abort', stop)
  const forget = keyboard && typing(keyboard, tty, socket, send)
  try {
    return await closed
  } finally {
    io.signal.removeEventListener('abort', stop)
    forget?.()
  }
}

/** Gives a function that leaves the keyboard alone again. */
function typing(
  { input, setRaw, size }: Keyboard,
  tty: boolean,
  socket: WebSocket,
  send: (channel: number, bytes: Uint8Array) => void,
): () => void {
  const type = (bytes: Buffer) => send(STDIN, bytes)
  const end = () => {
    if (socket.protocol === PROTOCOLS[0]) send(CLOSE, Buffer.of(STDIN))
    else socket.close()
  }
  const resize = () => {
    const now = size?.()
    if (now) send(RESIZE, Buffer.from(`${JSON.stringify({ Width: now.columns, Height: now.rows })}\n`))
  }
  if (tty) {
    setRaw?.(true)
    resize()
    process.on('SIGWINCH', resize)
  }
  input.on('data', type)
  input.on('end', end)
  return () => {
    input.off('data', type)
    input.off('end', end)
    if (tty) setRaw?.(false)
    process.off('SIGWINCH', resize)
    letGo(input)
  }
}

/** So that the process may end although somebody could still type. */
function letGo(input: Readable & { unref?(): void }): void {
  input.pause()
  input.unref?.()
}

function finish({ status, reason, message, details }: ExecStatus): void {
  if (status === 'Success') return
  const exitCode = details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message
  if (reason === 'NonZeroExitCode' && exitCode !== undefined) {
    throw new CommandError(`command terminated with exit code ${exitCode}`, { bare: true, exitCode: Number(exitCode) })
  }
  throw new CommandError(message ?? 'unknown error')
}
