import { once } from 'node:events'
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

await once(process, 'SIGTERM')
server.close()
await once(server, 'close')
process.exit(0)
