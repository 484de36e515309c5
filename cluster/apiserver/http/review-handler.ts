import { decodeObject } from '../decoding/decode.ts'
import { type JsonObject, normalised } from '../defaults/normalise.ts'
import { typeOfKind } from '../defaults/types.ts'
import { methodNotAllowed } from '../registry/refusals.ts'
import type { Review } from '../reviews/review.ts'
import { ADMINISTRATOR } from './authentication.ts'
import { mediaTypeOf, readBody } from './body.ts'
import { answerObject, type Exchange } from './exchange.ts'
import { writeQuery } from './options.ts'
import { noSuchResource } from './paths.ts'

/** Answers a review; nothing is written. Throws NotFound, MethodNotAllowed, BadRequest, Invalid. */
export async function serveReview(now: number, exchange: Exchange, review: Review): Promise<void> {
  const { method, info, query, request, warnings } = exchange
  if (info.name !== undefined || info.namespace !== undefined) throw noSuchResource()
  if (method !== 'POST') throw methodNotAllowed()
  const { fieldValidation } = writeQuery('CreateOptions', query, request.headers['user-agent'])
  const type = mediaTypeOf(request, 'application/json')
  const warn = (text: string) => void warnings.push(text)
  const given = await decodeObject(await readBody(request), type, review, fieldValidation, warn)
  const struct = typeOfKind(`${review.apiVersion} ${review.kind}`)
  const settled = struct ? normalised(given as JsonObject, struct) : {}
  const { kind, apiVersion } = review
  answerObject(exchange, 201, JSON.stringify({ kind, apiVersion, ...review.answer(settled, ADMINISTRATOR, now) }))
}
