import { spawn } from 'node:child_process'
import type { Log } from './log.ts'

/** Tells the service manager how the process is; does nothing where there is none. */
export interface Systemd {
  ready(status: string): void
  stopping(): void
  /** Starts sending keep-alives while `isAlive` says so, at half of the watchdog's time. */
  watch(isAlive: () => boolean): void
  stop(): void
}

/**
 * Node has no datagram sockets of the unix kind, so systemd's own tool sends the words; since version 246 it waits
 * until they have been read, which closes the race that it once had.
 */
export const createSystemd = (o: { notifySocket: string | null; watchdogMs: number | null; log: Log }): Systemd => {
  let timer: NodeJS.Timeout | undefined
  const notify = (...words: string[]) => {
    if (!o.notifySocket) return
    const tool = spawn('systemd-notify', [`--pid=${process.pid}`, ...words], {
      env: { NOTIFY_SOCKET: o.notifySocket, PATH: '/usr/bin:/bin' },
      stdio: 'ignore',
    })
    tool.once('error', (err) => o.log.warn({ err }, 'the service manager could not be told'))
    tool.unref()
  }
  return {
    ready: (status) => notify('READY=1', `STATUS=${status}`),
    stopping: () => notify('STOPPING=1'),
    watch: (isAlive) => {
      if (!o.notifySocket || !o.watchdogMs) return
      timer = setInterval(() => isAlive() && notify('WATCHDOG=1'), o.watchdogMs / 2).unref()
    },
    stop: () => clearInterval(timer),
  }
}
