import { randomBytes, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { selfSignedCertificate } from './certificate.ts'
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
export function credentialsOf(state: StateFolder): Credentials {
  const [certificateFile, keyFile, tokenFile] = ['apiserver.crt', 'apiserver.key', 'token'].map((name) =>
    path.join(state.pki, name),
  ) as [string, string, string]
  if (!existsSync(keyFile) || !isValid(certificateFile)) {
    const { certificate, key } = makeCertificate()
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

function makeCertificate(): { certificate: string; key: string } {
  const notAfter = new Date()
  notAfter.setFullYear(notAfter.getFullYear() + YEARS)
  // A day's grace for clocks that go slow.
  const notBefore = new Date(Date.now() - 86_400_000)
  return selfSignedCertificate({
    commonName: 'kube-apiserver',
    dnsNames: NAMES,
    addresses: ADDRESSES,
    notBefore,
    notAfter,
  })
}
