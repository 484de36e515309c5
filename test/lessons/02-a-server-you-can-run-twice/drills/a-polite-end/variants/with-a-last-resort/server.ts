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

process.on('SIGTERM', () => {
  server.close((error) => process.exit(error ? 1 : 0))
  // should a client never go
  setTimeout(() => process.exit(1), 2_500).unref()
})
