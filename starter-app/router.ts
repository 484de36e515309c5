import type { RequestListener } from 'node:http'
import { sendJson } from './answers.ts'
import { log } from './log.ts'
import { BadRequest, routes } from './routes.ts'
import type { Settings } from './settings.ts'

/** Probes ask every few seconds; their successes would bury the lines that matter. */
const PROBED = new Set(['/health', '/ready'])

/** Finds the route of each request, logs how it went, and answers what it cannot serve in words. */
export function router(settings: Settings): RequestListener {
  return async (request, response) => {
    const started = performance.now()
    // Not resolved against a base: a path such as // would be taken for a host.
    const [pathname = '/', search] = (request.url ?? '/').split('?', 2)
    const method = request.method ?? 'GET'
    request.resume()
    response.once('close', () => {
      if (PROBED.has(pathname) && response.statusCode === 200) return
      const outcome = response.writableFinished ? response.statusCode : 'client left'
      log('info', `${method} ${pathname} ${outcome}`, { ms: Math.round(performance.now() - started) })
    })

    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined
    const handler = route?.[method === 'HEAD' ? 'GET' : method]
    try {
      if (!route) sendJson(response, 404, { error: `nothing is at ${pathname}`, paths: Object.keys(routes) })
      else if (!handler) {
        const allowed = Object.keys(route).flatMap((verb) => (verb === 'GET' ? ['GET', 'HEAD'] : [verb]))
        response.setHeader('allow', allowed.join(', '))
        sendJson(response, 405, { error: `${pathname} takes ${allowed.join(' or ')}, not ${method}` })
      } else await handler({ request, response, query: new URLSearchParams(search), settings })
    } catch (error) {
      if (error instanceof BadRequest) sendJson(response, 400, { error: error.message })
      else {
        log('error', `${method} ${pathname} failed`, { error: String(error) })
        if (!response.headersSent) sendJson(response, 500, { error: 'the server failed to answer; its log says why' })
      }
    }
  }
}
