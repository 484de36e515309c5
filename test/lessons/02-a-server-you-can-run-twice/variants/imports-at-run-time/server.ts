const { createServer } = await import('node:http')
const { hostname } = await import('node:os')

// Whoever starts a copy decides where it listens: two copies on one machine need two ports.
const port = Number(process.env.PORT ?? 3000)

const server = createServer((request, response) => {
  if (request.url === '/') {
    // The name of the machine (or container) shows which copy answered.
    response.end(`Welcome to the shop! You talk to ${hostname()}\n`)
    return
  }
  if (request.url === '/health') {
    // Cheap and honest: it answers as long as the server can answer at all.
    response.end('ok\n')
    return
  }
  response.statusCode = 404
  response.end('not found\n')
})

server.listen(port, () => console.log(`listening on ${port}`))

// A container is asked to end by SIGTERM. Without this it would be killed, the hard way, when its time is up.
process.on('SIGTERM', () => server.close(() => process.exit(0)))
