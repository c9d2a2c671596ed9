import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** `body` is the parsed JSON where the answer is JSON, else its text. */
export type Answer = { status: number; headers: IncomingHttpHeaders; body: unknown }

/** One request to an engine, answered as soon as its headers are there (destroy the answer when done); a Buffer is sent as a tar, all else as JSON. */
export async function open(socketPath: string, method: string, path: string, body?: unknown): Promise<IncomingMessage> {
  const call = request({ socketPath, method, path, agent: false })
  if (Buffer.isBuffer(body)) call.setHeader('Content-Type', 'application/x-tar').end(body)
  else if (body === undefined) call.end()
  else call.setHeader('Content-Type', 'application/json').end(JSON.stringify(body))
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  return answer
}

export async function ask(socketPath: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await open(socketPath, method, path, body)
  const text = (await buffer(answer)).toString('utf8')
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
