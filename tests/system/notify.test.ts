import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { requirement } from '../requirements.ts'
import { dataInTest, startInTest } from './running.ts'

const receiver = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(s.recv(4096).decode().replace("\\n", " "), flush=True)
`

/** A service manager's end of the socket: Node has no datagram sockets of the unix kind. */
const serviceManager = async (path: string) => {
  const python = spawn('python3', ['-c', receiver, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    python.kill('SIGKILL')
    if (python.exitCode === null && python.signalCode === null) await once(python, 'exit')
  })
  const heard: string[] = []
  const waiting = new Set<() => void>()
  createInterface({ input: python.stdout }).on('line', (line) => {
    heard.push(line)
    for (const look of waiting) look()
  })
  const hears = (word: string): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => {
      if (!heard.some((line) => line.split(' ').includes(word))) return
      waiting.delete(look)
      resolve()
    }
    waiting.add(look)
    look()
    return promise
  }
  await hears('bound')
  return { heard, hears }
}

const covers = 'the words to systemd: ready, watchdog, stopping'
const canNotify = requirement('python3', covers) && requirement('systemd-notify', covers)

test.skipIf(!canNotify)('the service manager hears READY, WATCHDOG and STOPPING', async () => {
  const path = join(dataInTest(), 'notify')
  const manager = await serviceManager(path)
  const app = await startInTest({ env: { NOTIFY_SOCKET: path, WATCHDOG_USEC: '400000' } })
  await manager.hears('READY=1')
  await manager.hears('WATCHDOG=1')
  const { code } = await app.stop()
  await manager.hears('STOPPING=1')
  expect(code).toBe(0)
  const order = ['READY=1', 'STOPPING=1'].map((word) => manager.heard.findIndex((line) => line.includes(word)))
  expect(order[0]).toBeLessThan(order[1] ?? 0)
})

test('without a service manager nothing is said to anybody', async () => {
  const app = await startInTest({ env: { NOTIFY_SOCKET: undefined, WATCHDOG_USEC: '400000' } })
  expect((await app.stop()).code).toBe(0)
  expect(app.logs.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
})
