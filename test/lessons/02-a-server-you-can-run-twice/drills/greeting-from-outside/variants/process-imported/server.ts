import { env } from 'node:process'
import { createServer } from 'node:http'
import { hostname } from 'node:os'

const port = Number(env.PORT ?? 3000)
const greeting = env.GREETING || 'Welcome'

const server = createServer((_request, response) => {
  response.end(`${greeting}! You talk to ${hostname()}\n`)
})

server.listen(port, () => console.log(`listening on ${port}`))
