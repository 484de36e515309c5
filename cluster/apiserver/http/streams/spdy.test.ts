import { Duplex } from 'node:stream'
import { deflateSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { suite } from '../../../../test/harness/suite.ts'
import { until } from '../../../../test/harness/until.ts'
import { received } from './client-under-test.ts'
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts'
import { SPDY_DICTIONARY } from './spdy-dictionary.ts'
import { controlFrame, dataFrame, FIN, PING, takeFrames, words } from './spdy-frames.ts'
import { SpdyHeaders } from './spdy-headers.ts'

const test = suite('SPDY/3.1')

/** Two ends of a wire, each of which reads what the other writes. */
function wire(): [Duplex, Duplex] {
  const ends: Duplex[] = []
  const end = (other: () => Duplex | undefined) =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        other()?.push(chunk)
        done()
      },
      final(done) {
        other()?.push(null)
        done()
      },
    })
  ends.push(
    end(() => ends[1]),
    end(() => ends[0]),
  )
  return ends as [Duplex, Duplex]
}

function pair(): { client: SpdyConnection; accepted: SpdyStream[]; server: SpdyConnection } {
  const [near, far] = wire()
  const accepted: SpdyStream[] = []
  return {
    client: new SpdyConnection(near, () => {}),
    accepted,
    server: new SpdyConnection(far, (s) => accepted.push(s)),
  }
}

test('the dictionary is the one that all SPDY/3 speakers have', () => {
  assert.is(SPDY_DICTIONARY.length, 1423)
  // zlib puts the Adler-32 of the dictionary behind its two bytes of head.
  assert.is(deflateSync('', { dictionary: SPDY_DICTIONARY }).readUInt32BE(2).toString(16), 'e3c6a7c2')
})

test('frames are found whatever the pieces that they come in, and what is no SPDY is refused', () => {
  const bytes = Buffer.concat([dataFrame(5, Buffer.from('hello'), FIN), controlFrame(PING, words(7))])
  const whole = takeFrames(bytes)
  assert.equal(whole.rest.length, 0)
  assert.equal(
    whole.frames.map((frame) => (frame.kind === 'data' ? [frame.stream, frame.flags, String(frame.body)] : frame.type)),
    [[5, FIN, 'hello'], PING],
  )
  for (let at = 0; at < bytes.length; at++) {
    const first = takeFrames(bytes.subarray(0, at))
    const second = takeFrames(Buffer.concat([first.rest, bytes.subarray(at)]))
    assert.is(first.frames.length + second.frames.length, 2, `cut at ${at}`)
  }
  assert.throws(() => takeFrames(Buffer.from('80020001000000000000', 'hex')), 'SPDY version 2 instead of 3')
  assert.throws(() => takeFrames(Buffer.from('8003000100ffffff', 'hex')), 'a SPDY frame of 16777215 bytes')
})

test('headers of several frames are one compressed stream', async () => {
  const [writer, reader] = [new SpdyHeaders(), new SpdyHeaders()]
  const first = new Map([
    ['streamtype', 'error'],
    ['port', '8080'],
    ['requestid', '0'],
  ])
  const second = new Map([...first, ['streamtype', 'data']])
  const blocks = [await writer.write(first), await writer.write(second)]
  assert.equal(await reader.read(blocks[0] as Buffer), first)
  assert.equal(await reader.read(blocks[1] as Buffer), second)
  assert.ok((blocks[1] as Buffer).length < (blocks[0] as Buffer).length)
  const other = new SpdyHeaders()
  let refused = false
  await other.read(Buffer.from('no zlib')).catch(() => {
    refused = true
  })
  assert.ok(refused)
  for (const each of [writer, reader, other]) each.close()
})

test('a stream carries bytes both ways, and each side ends its own', async () => {
  const { client, accepted, server } = pair()
  const mine = await client.open(1, new Map([['streamType', 'data']]))
  await until('the server has the stream', () => accepted.length === 1)
  const [theirs] = accepted as [SpdyStream]
  assert.is(theirs.headers.get('streamtype'), 'data')
  mine.end('a'.repeat(500_000))
  assert.is((await received(theirs)).length, 500_000)
  theirs.end('answer')
  assert.is(await received(mine), 'answer')
  await Promise.all([client.close(), server.close()])
})

test('a stream that is given up ends on the other side, its neighbours do not', async () => {
  const { client, accepted, server } = pair()
  const [first, second] = [await client.open(1, new Map()), await client.open(3, new Map())]
  await until('the server has both', () => accepted.length === 2)
  first.destroy()
  await until('the first is gone there', () => accepted[0]?.destroyed === true)
  second.end('still here')
  assert.is(await received(accepted[1] as SpdyStream), 'still here')
  await Promise.all([client.close(), server.close()])
})

test('a slow reader holds the writer back instead of filling memory', async () => {
  const { client, accepted, server } = pair()
  const stream = await client.open(1, new Map())
  for (let n = 0; n < 64; n++) stream.write(Buffer.alloc(64 * 1024))
  stream.end()
  await until('the server has the stream', () => accepted.length === 1)
  const [slow] = accepted as [SpdyStream]
  await until('what it may leave lying is full', () => slow.readableLength >= 256 * 1024)
  assert.ok(slow.readableLength <= 512 * 1024)
  let size = 0
  for await (const chunk of slow) size += (chunk as Buffer).length
  assert.is(size, 64 * 64 * 1024)
  await Promise.all([client.close(), server.close()])
})

test('the end of the connection ends all streams', async () => {
  const { client, accepted, server } = pair()
  const stream = await client.open(1, new Map())
  await until('the server has the stream', () => accepted.length === 1)
  await server.close()
  await client.closed
  assert.ok(stream.destroyed)
  assert.ok(accepted[0]?.destroyed)
})

test.run()
