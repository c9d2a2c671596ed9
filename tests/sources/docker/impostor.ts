import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Impostor {
  url: string
  /** Every path that was asked for, with its query. */
  asked: string[]
  stop(): Promise<void>
}

export type Answers = Record<string, object | ((response: ServerResponse) => void)>

const engineId = {
  ID: 'AAAA:BBBB',
  Name: 'impostor',
  ServerVersion: '27.1.0',
  NCPU: 4,
  MemTotal: 8e9,
  MemoryLimit: true,
}

/** What a small engine without containers says; a test puts other answers in their places. */
export const sane: Answers = {
  '/_ping': (response: ServerResponse) => response.setHeader('api-version', '1.47').end('OK'),
  '/version': { Version: '27.1.0', ApiVersion: '1.47', MinAPIVersion: '1.24' },
  '/info': engineId,
  '/containers/json': [],
}

/** A server at a unix socket that says what a test wants instead of what an engine would. Paths without their version. */
export const startImpostor = async (answers: Answers): Promise<Impostor> => {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-impostor-'))
  const asked: string[] = []
  const listen: RequestListener = (request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = answers[path.replace(/^\/v\d+\.\d+/, '').replace(/\?.*$/, '')]
    if (typeof answer === 'function') return (answer as (response: ServerResponse) => void)(response)
    if (answer === undefined) return response.writeHead(404).end('{"message":"page not found"}')
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  }
  const server = createServer(listen)
  const socketPath = join(folder, 'docker.sock')
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    url: `unix://${socketPath}`,
    asked,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}
