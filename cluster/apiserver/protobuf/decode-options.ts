import { plainError } from '../registry/refusals.ts'
import { decodeMessage } from './decode-message.ts'
import { openEnvelope } from './envelope.ts'
import { messageOfKind } from './messages.ts'
import { WireError } from './wire.ts'

/** Options in a protobuf body, once `checkKind` takes what the envelope says. What is no such body is a plain error, a 500. */
export function decodeProtobufOptions(
  body: Buffer,
  checkKind: (given: { apiVersion: string; kind: string }) => void,
): Readonly<Record<string, unknown>> {
  try {
    const envelope = openEnvelope(body)
    checkKind(envelope)
    const message = messageOfKind('v1 DeleteOptions')
    return message ? decodeMessage(envelope.raw, message) : {}
  } catch (error) {
    throw error instanceof WireError ? plainError(error.message) : error
  }
}
