/** Names that stand in the dictionary of SPDY/3's header compression, each after its length in four bytes. */
const NAMES =
  `options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow
authorization cache-control connection content-base content-encoding content-language content-length content-location content-md5
content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since
last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer
transfer-encoding upgrade user-agent vary via warning www-authenticate method get status`
    .split(/\s+/)
    .concat('200 OK', 'version', 'HTTP/1.1', 'url', 'public', 'set-cookie', 'keep-alive', 'origin')

/** What follows them, without lengths. */
const REST = [
  ...'100 101 201 202 205 206 300 302 303 304 305 306 307 402 405 406 407 408 409 410 411 412 413 414 415 416 417'.split(
    ' ',
  ),
  ...'502 504 505'.split(' '),
  '203 Non-Authoritative Information',
  '204 No Content',
  '301 Moved Permanently',
  '400 Bad Request',
  '401 Unauthorized',
  '403 Forbidden',
  '404 Not Found',
  '500 Internal Server Error',
  '501 Not Implemented',
  '503 Service Unavailable',
  ...'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec'.split(' ').flatMap((month) => [month, ' ']),
  '00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT',
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,',
  'public',
  'privatemax-age=gzip,deflate,sdch',
  'charset=utf-8charset=iso-8859-1,utf-,*,enq=0.',
]

/** The dictionary that both ends of a SPDY/3.1 connection give to zlib. Its Adler-32 is e3c6a7c2. */
export const SPDY_DICTIONARY = Buffer.concat([
  ...NAMES.flatMap((name) => [length(name), Buffer.from(name)]),
  Buffer.from(REST.join('')),
])

function length(name: string): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(name.length)
  return bytes
}
