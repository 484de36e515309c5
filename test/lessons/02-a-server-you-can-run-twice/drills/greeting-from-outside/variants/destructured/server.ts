import { createServer } from 'node:http'
import { hostname } from 'node:os'

const { PORT = '3000', GREETING = '' } = process.env
const port = Number(PORT)
const greeting = GREETING === '' ? 'Welcome' : GREETING

const server = createServer((_request, response) => {
  response.end(`${greeting}! You talk to ${hostname()}\n`)
})

server.listen(port, () => console.log(`listening on ${port}`))
