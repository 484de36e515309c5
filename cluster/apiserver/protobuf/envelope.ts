import { decodeMessage } from './decode-message.ts'
import { ENVELOPE, MAGIC, messageNamed } from './messages.ts'
import { WireError } from './wire.ts'

/** What an object's bytes are wrapped in: `k8s\0`, then a runtime.Unknown. */
export interface Envelope {
  /** `''` where it says none. */
  readonly apiVersion: string
  readonly kind: string
  /** The object's message. */
  readonly raw: Buffer
}

/** Throws WireError in the words of apimachinery's protobuf serializer. */
export function openEnvelope(body: Buffer): Envelope {
  if (body.length === 0) throw new WireError('empty data')
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) {
    const prefix = [...MAGIC].join(' ')
    throw new WireError(`provided data does not appear to be a protobuf message, expected prefix [${prefix}]`)
  }
  if (body.length === MAGIC.length) throw new WireError('empty body')
  const type = messageNamed(ENVELOPE)
  if (!type) throw new RangeError(`facts/protobuf.json has no message ${ENVELOPE}`)
  const {
    apiVersion = '',
    kind = '',
    raw = '',
  } = decodeMessage(body.subarray(MAGIC.length), type) as {
    apiVersion?: string
    kind?: string
    raw?: string
  }
  return { apiVersion, kind, raw: Buffer.from(raw, 'base64') }
}
