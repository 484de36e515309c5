import type { ServerResponse } from 'node:http'

/** Sends one line of JSON. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body))
}

/** Sends one line of text. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', text)
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  const bytes = Buffer.from(`${body}\n`)
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length }).end(bytes)
}
