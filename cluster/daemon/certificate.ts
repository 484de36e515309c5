import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** What a certificate is for. */
export interface CertificateRequest {
  readonly commonName: string
  readonly dnsNames: readonly string[]
  /** IPv4. */
  readonly addresses: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
}

const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  extendedKeyUsage: '551d25',
  subjectAltName: '551d11',
  serverAuth: '2b06010505070301',
}
/** digitalSignature and keyCertSign: one signs its connections and, as its own authority, itself. */
const KEY_USAGE = [0x02, 0x84]

/**
 * A self-signed X.509 v3 certificate with an elliptic curve key (P-256), as PEM. Written here, as it is forty lines of DER: the
 * libraries for it take longer to load than the whole cluster takes to start.
 */
export function selfSignedCertificate(request: CertificateRequest): { certificate: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(OID.ecdsaWithSha256))
  const name = sequence(set(sequence(oid(OID.commonName), der(0x0c, Buffer.from(request.commonName)))))
  const names = [
    ...request.dnsNames.map((dns) => der(0x82, Buffer.from(dns))),
    ...request.addresses.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
  ]
  const extensions = sequence(
    extension(OID.basicConstraints, sequence(der(0x01, Buffer.from([0xff]))), true),
    extension(OID.keyUsage, der(0x03, Buffer.from(KEY_USAGE)), true),
    extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
    extension(OID.subjectAltName, sequence(...names)),
  )
  // Positive, and no leading zero byte.
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    name,
    sequence(time(request.notBefore), time(request.notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]))
  const lines =
    sequence(body, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return {
    certificate: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** One value with its tag and length: the whole of DER. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...items: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(items))
}

function set(item: Buffer): Buffer {
  return der(0x31, item)
}

function integer(value: Buffer): Buffer {
  return der(0x02, value)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [der(0x01, Buffer.from([0xff]))] : []
  return sequence(oid(id), ...flag, der(0x04, value))
}

/** UTCTime until 2049, GeneralizedTime from then on, as RFC 5280 asks. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits))
}
