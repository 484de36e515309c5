import http from 'node:http'
import os from 'node:os'

const pages: Record<string, () => string> = {
  '/': () => `<h1>Welcome</h1><p>served by ${os.hostname()}</p>`,
  '/health': () => '{"status":"ok"}',
}

http
  .createServer((request, response) => {
    const page = pages[request.url ?? '']
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html' })
    response.end(page ? page() : 'nothing here')
  })
  .listen(process.env.PORT ? parseInt(process.env.PORT, 10) : 3000)
