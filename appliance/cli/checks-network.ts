import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { connect } from 'node:tls'
import type { Config } from '../config.ts'
import { runningIn } from '../store/running.ts'
import { attention, type Check, type Finding, fine, trouble } from './finding.ts'
import { healthOf } from './status.ts'

const codeOf = (cause: unknown) => (cause as NodeJS.ErrnoException).code ?? ''

/** Null when the port can be had. */
const tryPort = (port: number, host: string): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (cause) => resolve(codeOf(cause)))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })

export const checkPort: Check = async ({ dataFolder, host, port }) => {
  const mark = runningIn(dataFolder)
  if (mark) {
    if (await healthOf(mark.url)) return fine(`Belfry answers at ${mark.url}.`)
    return trouble(`Belfry runs (process ${mark.pid}) but does not answer.`, 'Look into the log, and restart it.')
  }
  const refused = await tryPort(port, host)
  if (refused === null) return fine(`${port} is free; Belfry is not running.`)
  if (refused === 'EADDRINUSE') return trouble(`${port} is used by another program.`, 'Set BELFRY_PORT to another one.')
  if (refused === 'EACCES') {
    return trouble(`This user may not open ${port}.`, 'Set BELFRY_PORT above 1024, or start Belfry with systemd.')
  }
  return trouble(`${port} at ${host} cannot be opened (${refused}).`, 'Look at BELFRY_HOST and BELFRY_PORT.')
}

const dockerSocket = '/var/run/docker.sock'

const tryConnect = (path: string): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = createConnection(path)
    socket.setTimeout(5000, () => socket.destroy(new Error('It does not answer.')))
    socket.once('error', (cause) => resolve(codeOf(cause) || cause.message))
    socket.once('connect', () => {
      socket.destroy()
      resolve(null)
    })
  })

export const checkDocker: Check = async () => {
  if (!existsSync(dockerSocket)) return fine('There is no Docker on this machine.')
  const refused = await tryConnect(dockerSocket)
  if (refused === null) return fine(`${dockerSocket} can be reached.`)
  if (refused === 'EACCES') {
    return attention(`This user may not use ${dockerSocket}.`, 'Add the user of Belfry to the group docker.')
  }
  return attention(`${dockerSocket} cannot be reached (${refused}).`, 'Is Docker running?')
}

const served = (port: number): Promise<Date | null> =>
  new Promise((resolve) => {
    // Only the date is read, nothing is sent: whom it belongs to does not matter here.
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
    socket.setTimeout(5000, () => socket.destroy())
    socket.once('secureConnect', () => {
      const { valid_to } = socket.getPeerCertificate()
      socket.destroy()
      resolve(valid_to ? new Date(valid_to) : null)
    })
    socket.once('error', () => resolve(null))
    socket.once('close', () => resolve(null))
  })

const dayMs = 24 * 3600_000

const judge = (until: Date): Finding => {
  const days = Math.floor((until.getTime() - Date.now()) / dayMs)
  const date = until.toISOString().slice(0, 10)
  if (days < 0) return trouble(`It ended on ${date}.`, 'Put a new one in place, or restart Belfry for its own.')
  if (days < 14) return attention(`It ends on ${date}, in ${days} days.`, 'Renew it; Belfry renews its own by itself.')
  return fine(`Good until ${date}.`)
}

export const checkCertificate: Check = async ({ tls, httpsPort, dataFolder }: Config) => {
  if (tls) return judge(new Date(new X509Certificate(readFileSync(tls.cert)).validTo))
  if (httpsPort === null) return fine('HTTPS is not switched on (BELFRY_HTTPS_PORT).')
  if (!runningIn(dataFolder)) return fine('Belfry makes its own when it starts.')
  const until = httpsPort === 0 ? null : await served(httpsPort)
  return until ? judge(until) : attention(`Nothing answers by TLS at port ${httpsPort}.`, 'Look into the log.')
}
