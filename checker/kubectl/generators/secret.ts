import { createPrivateKey, X509Certificate } from 'node:crypto'
import { CommandError } from '../errors.ts'
import type { Session } from '../session.ts'
import type { Generator } from './generator.ts'
import { keyValues, readGiven } from './key-values.ts'

const DOCKER_HUB = 'https://index.docker.io/v1/'

export const genericSecret: Generator = {
  name: 'secret generic',
  failed: 'failed to create secret ',
  make: (session, name) => secretOf(name, session.flags.text('type'), keyValues(session, taken)),
}

export const tlsSecret: Generator = {
  name: 'secret tls',
  failed: 'failed to create secret ',
  make(session, name) {
    const [cert, key] = [session.flags.text('cert'), session.flags.text('key')]
    if (!cert || !key) throw new CommandError('key and cert must be specified')
    const [certificate, privateKey] = [readGiven(session, cert), readGiven(session, key)]
    checkPair(certificate, privateKey)
    const data = new Map([
      ['tls.crt', certificate],
      ['tls.key', privateKey],
    ])
    return secretOf(name, 'kubernetes.io/tls', data)
  },
}

export const dockerSecret: Generator = {
  name: 'secret docker-registry',
  failed: 'failed to create secret ',
  make(session, name) {
    const data = session.flags.has('from-file') ? keyValues(session, taken) : dockerConfig(session)
    return secretOf(name, 'kubernetes.io/dockerconfigjson', data)
  },
}

function dockerConfig({ flags }: Session): ReadonlyMap<string, Buffer> {
  const [username, password] = [flags.text('docker-username'), flags.text('docker-password')]
  const [email, server = DOCKER_HUB] = [flags.text('docker-email'), flags.text('docker-server')]
  if (!username || !password) {
    throw new CommandError(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    )
  }
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  const auths = { [server]: { username, password, ...(email && { email }), auth } }
  return new Map([['.dockerconfigjson', Buffer.from(JSON.stringify({ auths }))]])
}

function secretOf(name: string, type: string | undefined, values: ReadonlyMap<string, Buffer>): object {
  const data = Object.fromEntries([...values].map(([key, value]) => [key, value.toString('base64')]))
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    ...(type && { type }),
    ...(values.size > 0 && { data }),
  }
}

function taken(key: string): string {
  return `cannot add key ${key}, another key by that name already exists`
}

/** A certificate that is none, or another key's, is refused here: nothing would say so later. */
function checkPair(certificate: Buffer, key: Buffer): void {
  const block = (pem: Buffer, what: string) => {
    if (!pem.includes('-----BEGIN ')) throw new CommandError(`tls: failed to find any PEM data in ${what} input`)
  }
  block(certificate, 'certificate')
  block(key, 'key')
  let fits: boolean
  try {
    fits = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch (error) {
    throw new CommandError(`tls: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!fits) throw new CommandError('tls: private key does not match public key')
}
