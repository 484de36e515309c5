import { cannotHandle, checkKind, type Expected, unrecognised } from '../decoding/wrong-body.ts'
import { decodeMessage } from './decode-message.ts'
import { type Envelope, openEnvelope } from './envelope.ts'
import { messageOfKind } from './messages.ts'
import { WireError } from './wire.ts'

/**
 * The object in a protobuf body, as the same object in JSON decodes. Unknown fields cannot be found there: their names are not
 * on the wire. Throws BadRequest in Go's words.
 */
export function decodeProtobuf(body: Buffer, expected: Expected): object {
  let envelope: Envelope
  try {
    envelope = openEnvelope(body)
  } catch (error) {
    throw error instanceof WireError ? unrecognised(body, expected, error.message) : error
  }
  const apiVersion = envelope.apiVersion || expected.apiVersion
  const kind = envelope.kind || expected.kind
  checkKind({ apiVersion, kind }, expected)
  const message = messageOfKind(`${apiVersion} ${kind}`)
  if (!message) throw new RangeError(`facts/protobuf.json has no message for ${apiVersion} ${kind}`)
  try {
    return { apiVersion, kind, ...decodeMessage(envelope.raw, message) }
  } catch (error) {
    // A quantity that is none is a RangeError in Go's words.
    if (error instanceof WireError || error instanceof RangeError) throw cannotHandle(expected, kind, error.message)
    throw error
  }
}
