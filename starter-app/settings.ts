import { hostname } from 'node:os'

/** What the environment decides; read once, when the server starts. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly greeting: string
  readonly version: string
  /** Whether a key is there. The key itself is never kept, shown or logged. */
  readonly hasApiKey: boolean
}

/** Reads PORT (3000), GREETING ("Hello"), APP_VERSION ("1.0") and API_KEY. Throws an Error that names what is wrong. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  return {
    host: hostname(),
    port: readPort(env.PORT),
    greeting: env.GREETING || 'Hello',
    version: env.APP_VERSION || '1.0',
    hasApiKey: Boolean(env.API_KEY),
  }
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return 3000
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new Error(`PORT must be a whole number from 0 to 65535, but it is ${JSON.stringify(text)}`)
}
