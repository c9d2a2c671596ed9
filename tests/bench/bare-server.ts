import { createServer } from 'node:http'

/** The least that a Node process with HTTP can be: the reference of start, memory and latency. */
const body = JSON.stringify({ items: Array.from({ length: 20 }, (_, id) => ({ id, title: 'Metropolis' })), next: null })
const page = '<!doctype html><title>Bare</title><h1>All is well.</h1><ul><li class="line">Metropolis</li></ul>'

const server = createServer((request, response) => {
  const isPage = request.url === '/'
  response.writeHead(200, { 'content-type': isPage ? 'text/html; charset=utf-8' : 'application/json' })
  response.end(isPage ? page : body)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') console.log(JSON.stringify({ msg: 'listening', port: address.port }))
})
