import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
import { failure } from '../../cluster/apimachinery/errors.ts'
import { startApiServer } from '../../cluster/apiserver/api-server.ts'
import { selfSignedCertificate } from '../../cluster/daemon/certificate.ts'
import type { Server } from './transport.ts'

export interface OwnServer extends Server {
  close(): Promise<void>
}

/** Our API server alone, without controllers and nodes, as the recorded one was: on a fresh folder and any free port. */
export async function startOwnServer(): Promise<OwnServer> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'oracle-'))
  const token = 'oracle'
  const { certificate: cert, key } = selfSignedCertificate({
    commonName: '127.0.0.1',
    dnsNames: [],
    addresses: ['127.0.0.1'],
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
  })
  const nowhere = () => Promise.reject(failure(500, 'InternalError', 'there is no node'))
  const server = await startApiServer({
    stateFolder,
    port: 0,
    tls: { key, cert },
    token,
    clock: new RealClock(),
    connector: { logs: nowhere, dial: nowhere, reach: nowhere, localhost: nowhere },
  })
  return {
    url: server.url,
    token,
    async close() {
      await server.close()
      rmSync(stateFolder, { recursive: true, force: true })
    },
  }
}
