import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { selfSignedCertificate } from './certificate.ts'

const made = selfSignedCertificate({
  commonName: 'kube-apiserver',
  dnsNames: ['localhost', 'kubernetes.default.svc'],
  addresses: ['127.0.0.1', '10.96.0.1'],
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2056-01-01T00:00:00Z'),
})
const test = suite('certificate')

test('names, addresses and time are as asked, and it is signed with its own key', () => {
  const parsed = new X509Certificate(made.certificate)
  assert.is(parsed.subject, 'CN=kube-apiserver')
  const names = 'DNS:localhost, DNS:kubernetes.default.svc, IP Address:127.0.0.1, IP Address:10.96.0.1'
  assert.is(parsed.subjectAltName, names)
  assert.is(new Date(parsed.validFrom).toISOString(), '2026-01-01T00:00:00.000Z')
  assert.is(new Date(parsed.validTo).toISOString(), '2056-01-01T00:00:00.000Z')
  assert.ok(parsed.ca)
  assert.ok(parsed.verify(parsed.publicKey))
  assert.match(parsed.serialNumber, /^[4-7][0-9A-F]{31}$/)
})

test('a client that trusts it connects; one that does not, or asks for another name, is warned', async () => {
  const server = https.createServer({ cert: made.certificate, key: made.key }, (_request, response) =>
    response.end('ok'),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const get = (options: https.RequestOptions) =>
    new Promise<string>((resolve) => {
      https
        .get({ host: '127.0.0.1', port, agent: false, ...options }, (response) => {
          response.resume()
          resolve(`${response.statusCode}`)
        })
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    })
  assert.is(await get({ ca: made.certificate }), '200')
  assert.is(await get({}), 'DEPTH_ZERO_SELF_SIGNED_CERT')
  assert.is(
    await get({ ca: made.certificate, servername: 'example.com', host: 'localhost', family: 4 }),
    'ERR_TLS_CERT_ALTNAME_INVALID',
  )
  server.close()
})

test.run()
