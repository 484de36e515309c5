import { finished, type Writable } from 'node:stream'
import type { CommandStreams, TerminalSize } from '../../node-connector.ts'

/** Which streams a client asks for: `?stdin=true&stdout=true&tty=true`. */
export interface WantedStreams {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/** A command's streams over one connection, however that carries them, and the way to tell how it ended. */
export interface CommandChannels {
  readonly streams: CommandStreams
  /** Tells the status after all output, and ends the connection. */
  end(status: object): Promise<void>
}

/** Ends an output; resolves when all of it has left, or nobody takes it any more. */
export async function flushed(output: Writable | undefined): Promise<void> {
  if (output) await new Promise<void>((resolve) => finished(output.end(), { readable: false }, () => resolve()))
}

/** `{"Width":80,"Height":24}` */
export function terminalSize(bytes: Buffer): TerminalSize | undefined {
  try {
    const { Width: columns, Height: rows } = JSON.parse(bytes.toString()) as { Width?: unknown; Height?: unknown }
    return typeof columns === 'number' && typeof rows === 'number' ? { columns, rows } : undefined
  } catch {
    return undefined
  }
}
