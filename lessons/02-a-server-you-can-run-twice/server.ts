// The server of a shop's front page. It works, once. Make it a server that can run twice.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  if (request.url === '/') {
    response.end('Welcome to the shop!\n')
    return
  }
  response.statusCode = 404
  response.end('not found\n')
})

server.listen(3000, () => console.log('listening on 3000'))
