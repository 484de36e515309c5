import type { IncomingMessage } from 'node:http'
import { failure } from '../../apimachinery/errors.ts'

/** As kube-apiserver limits what it reads of a resource. */
const LIMIT_BYTES = 3 * 1024 * 1024

/** The whole body. Throws RequestEntityTooLarge. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= LIMIT_BYTES) chunks.push(chunk)
  }
  if (size > LIMIT_BYTES) {
    throw failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${LIMIT_BYTES}`)
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
}

/** `application/json` of `Application/JSON; charset=utf-8`; `fallback` when there is none. */
export function mediaTypeOf(request: IncomingMessage, fallback: string): string {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  return type.trim().toLowerCase() || fallback
}
