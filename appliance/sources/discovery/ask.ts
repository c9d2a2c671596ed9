import { createSocket } from 'node:dgram'
import type { Log } from '../../lib/log.ts'
import { pause } from '../../lib/poll.ts'
import { bareAddress, isHomeAddress } from '../address.ts'

export interface Destination {
  address: string
  port: number
}

const maxAnswers = 200
const maxAnswerBytes = 4096

/**
 * Sends one question and listens for a while. Anybody on the network can answer anything, so answers are capped in
 * size and number, and taken from home networks only. Never rejects: a machine without a network finds nothing.
 */
export const ask = async (options: {
  text: string
  to: readonly Destination[]
  listenMs: number
  signal: AbortSignal
  log: Log
  onAnswer(bytes: Buffer, address: string): void
}): Promise<void> => {
  const { text, to, listenMs, signal, log, onAnswer } = options
  if (signal.aborted || to.length === 0) return
  const socket = createSocket('udp4')
  const over = new AbortController()
  let answers = 0
  socket.on('error', (cause) => {
    log.debug({ err: cause }, 'a socket of the search failed')
    over.abort()
  })
  socket.on('message', (bytes, from) => {
    answers += 1
    const address = bareAddress(from.address)
    if (answers > maxAnswers || bytes.length > maxAnswerBytes || !address || !isHomeAddress(address)) return
    onAnswer(bytes, address)
  })
  socket.bind(0, () => {
    socket.setBroadcast(true)
    for (const { address, port } of to) {
      socket.send(text, port, address, (cause) => {
        if (cause) log.debug({ err: cause, address }, 'a question of the search could not be sent')
      })
    }
  })
  await pause(listenMs, AbortSignal.any([signal, over.signal]))
  socket.close()
}
