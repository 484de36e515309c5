import { createServer } from 'node:http'
import { hostname } from 'node:os'

const port = Number(process.env.PORT ?? 3000)

const server = createServer((_request, response) => {
  response.end(`${process.env.GREETING?.length ? process.env.GREETING : 'Welcome'}! You talk to ${hostname()}\n`)
})

server.listen(port, () => console.log(`listening on ${port}`))
