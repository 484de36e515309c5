/** The HTTP server that learners deploy. `node server.ts`; PORT, GREETING, APP_VERSION and API_KEY come from the environment. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { log } from './log.ts'
import { router } from './router.ts'
import { readSettings } from './settings.ts'
import { stopGracefully } from './shutdown.ts'

try {
  start()
} catch (error) {
  fail(error as Error)
}

function start(): void {
  const settings = readSettings()
  const server = createServer(router(settings))
  stopGracefully(server)
  server.once('error', fail)
  server.listen(settings.port, () => {
    const { port } = server.address() as AddressInfo
    log('info', `listening on ${port}`, { version: settings.version })
  })
}

function fail(error: Error): void {
  log('error', `cannot start: ${error.message}`, {}, () => process.exit(1))
}
