import { answerJson, type Exchange } from './exchange.ts'
import { VERSION } from './version.ts'

/** Clients ask for `…v2@v1.0…`; an @ is no part of a media type, so Kubernetes answers with a dot. */
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

/**
 * OpenAPI v2, which kubectl asks for when a file holds a `kind: List`: version 3 has nothing to say of that one. The document describes no
 * kind, so kubectl leaves it to the server to judge the list's objects, as it does with those that stand alone.
 */
export function answerOpenApiV2(exchange: Exchange): void {
  const { request, response } = exchange
  const info = { title: 'Kubernetes', version: VERSION.gitVersion }
  if (!request.headers.accept?.includes('protobuf')) {
    answerJson(exchange, 200, JSON.stringify({ swagger: '2.0', info, paths: {} }))
    return
  }
  // gnostic's openapi.v2.Document: swagger is field 1, info field 2; of Info, title is field 1, version field 2
  const body = Buffer.concat([
    field(1, Buffer.from('2.0')),
    field(2, Buffer.concat([field(1, Buffer.from(info.title)), field(2, Buffer.from(info.version))])),
  ])
  response.writeHead(200, {
    'content-type': PROTOBUF,
    'content-length': body.length,
    'cache-control': 'no-cache, private',
  })
  response.end(body)
}

/** A field of wire type 2, shorter than 128 bytes. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content])
}
