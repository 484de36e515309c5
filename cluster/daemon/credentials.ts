import { randomBytes, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { StateFolder } from './state-folder.ts'

/** Names and addresses under which clients and pods reach the API server. */
const NAMES = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
]
const ADDRESSES = ['127.0.0.1', '10.96.0.1']
const YEARS = 10

export interface Credentials {
  /** PEM. */
  readonly certificate: string
  readonly key: string
  /** The administrator's bearer token. */
  readonly token: string
}

/** The API server's certificate and token: made once, kept in the state folder, made again when they have expired. */
export async function credentialsOf(state: StateFolder): Promise<Credentials> {
  const [certificateFile, keyFile, tokenFile] = ['apiserver.crt', 'apiserver.key', 'token'].map((name) =>
    path.join(state.pki, name),
  ) as [string, string, string]
  if (!existsSync(keyFile) || !isValid(certificateFile)) {
    const { certificate, key } = await makeCertificate()
    state.write(keyFile, key)
    state.write(certificateFile, certificate)
  }
  if (!existsSync(tokenFile)) state.write(tokenFile, randomBytes(32).toString('base64url'))
  return {
    certificate: readFileSync(certificateFile, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
    token: readFileSync(tokenFile, 'utf8'),
  }
}

function isValid(file: string): boolean {
  try {
    return Date.parse(new X509Certificate(readFileSync(file)).validTo) > Date.now() + 86_400_000
  } catch {
    return false
  }
}

/** Elliptic curve keys: making an RSA key takes up to a second. */
async function makeCertificate(): Promise<{ certificate: string; key: string }> {
  const { default: selfsigned } = await import('selfsigned')
  const notAfterDate = new Date()
  notAfterDate.setFullYear(notAfterDate.getFullYear() + YEARS)
  const made = await selfsigned.generate([{ name: 'commonName', value: 'kube-apiserver' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate,
    extensions: [
      // Its own authority, so that a kubeconfig's certificate-authority-data is this very certificate.
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...NAMES.map((value) => ({ type: 2 as const, value })),
          ...ADDRESSES.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  })
  return { certificate: made.cert, key: made.private }
}
