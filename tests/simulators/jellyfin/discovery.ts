import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export interface Discovery {
  start(port: number): Promise<number>
  stop(): Promise<void>
}

/** Answers the UDP question that clients broadcast to find a server. */
export function createDiscovery(
  identity: () => { address: string; id: string; name: string },
  product = 'JellyfinServer',
): Discovery {
  const socket = createSocket('udp4')
  let isOpen = false
  socket.on('message', (data, from) => {
    if (!data.toString().toLowerCase().includes(`who is ${product.toLowerCase()}?`)) return
    const { address, id, name } = identity()
    // This one answer keeps its null, unlike the HTTP bodies.
    socket.send(
      JSON.stringify({ Address: address, Id: id, Name: name, EndpointAddress: null }),
      from.port,
      from.address,
    )
  })
  return {
    async start(port) {
      socket.bind(port)
      await once(socket, 'listening')
      isOpen = true
      return socket.address().port
    },
    async stop() {
      if (!isOpen) return
      isOpen = false
      socket.close()
      await once(socket, 'close')
    },
  }
}
