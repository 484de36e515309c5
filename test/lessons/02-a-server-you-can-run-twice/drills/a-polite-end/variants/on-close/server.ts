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

server.on('close', () => process.exit(0))
process.on('SIGTERM', () => server.close())
