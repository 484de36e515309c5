import { createServer } from 'node:http'

const port = Number(process.env.PORT ?? 3000)

const server = createServer((request, response) => {
  if (request.url === '/slow') {
    setTimeout(() => response.end('done\n'), 1000)
    return
  }
  response.end('ok\n')
})

server.listen(port, () => console.log(`listening on ${port}`))

process.on('SIGINT', () => {
  // Takes no new connection; calls back when the last answer is out.
  server.close(() => process.exit(0))
})
