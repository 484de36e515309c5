import type { IncomingMessage, ServerResponse } from 'node:http'

/** Paths under a prefix of their own. */
export interface Extension {
  /** `/practice/` */
  readonly prefix: string
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>
}
