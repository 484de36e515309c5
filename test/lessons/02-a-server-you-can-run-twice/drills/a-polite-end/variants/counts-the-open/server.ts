import { createServer } from 'node:http'

const port = Number(process.env.PORT ?? 3000)

let open = 0
let ending = false

const server = createServer((request, response) => {
  open++
  response.on('close', () => {
    open--
    if (ending && open === 0) process.exit(0)
  })
  if (request.url === '/slow') {
    setTimeout(() => response.end('done\n'), 1000)
    return
  }
  response.end('ok\n')
})

server.listen(port, () => console.log(`listening on ${port}`))

process.on('SIGTERM', () => {
  ending = true
  server.close()
  if (open === 0) process.exit(0)
})
