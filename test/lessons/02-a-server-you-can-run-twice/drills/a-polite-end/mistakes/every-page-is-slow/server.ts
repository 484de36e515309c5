import { createServer } from 'node:http'

const port = Number(process.env.PORT ?? 3000)

const server = createServer((_request, response) => {
  setTimeout(() => response.end('done\n'), 1000)
})

server.listen(port, () => console.log(`listening on ${port}`))

process.on('SIGTERM', () => {
  // Takes no new connection; calls back when the last answer is out.
  server.close(() => process.exit(0))
})
