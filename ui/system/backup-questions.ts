import type { Backup } from '#protocol/system.ts'
import type { App } from '../lib/app.ts'
import { bytes, say, took } from '../lib/format.ts'
import type { Effect } from '../lib/model/asks.ts'

interface Restored {
  restartNeeded: boolean
  version: number
}

const restoreEffects = (app: App, moment: string): Effect[] => [
  {
    icon: 'restart',
    what: 'Belfry goes back',
    rest: `to what it knew ${moment}. What was recorded since then is not shown any more.`,
  },
  { icon: 'people', what: 'Everybody signs in again', rest: 'with the password of that time.' },
  { icon: 'clock', what: 'It happens at the next start of Belfry.', rest: 'The page comes back by itself.' },
  {
    icon: 'check',
    what: 'The present database is kept',
    rest: `beside it on the box${app.state.system.peek() ? `, in ${app.state.system.peek()?.dataFolder}` : ''}.`,
  },
]

const said = ({ toasts }: App, { restartNeeded }: Restored, tookMs: number) =>
  toasts.say(
    restartNeeded
      ? {
          state: 'attention',
          title: 'The backup is ready',
          text: `Verified after ${took(tookMs)}. Start Belfry again to go back to it.`,
        }
      : {
          state: 'fine',
          title: 'Belfry starts again',
          text: `The backup was verified after ${took(tookMs)}. This page comes back by itself.`,
        },
  )

export const askRestore = (app: App, backup: Backup): void => {
  const { api, asks, clock, times } = app
  asks.ask({
    question: `Go back to the backup of ${times.full(backup.createdAt)}?`,
    effects: restoreEffects(app, `on ${times.full(backup.createdAt)}`),
    keep: 'Keep what is now',
    act: 'Go back',
    acting: 'Verifying the backup',
    danger: true,
    run: async () => {
      const began = clock.read()
      said(
        app,
        await api.post<Restored>('/backups/restore', { name: backup.name }, { timeoutMs: 300_000 }),
        clock.read() - began,
      )
    },
  })
}

export const askRestoreFile = (app: App, file: File): void => {
  const { api, asks, clock } = app
  asks.ask({
    question: `Go back to ${file.name}?`,
    effects: restoreEffects(app, 'when this file was made'),
    keep: 'Keep what is now',
    act: 'Go back',
    acting: `Sending and verifying ${say(bytes(file.size))}`,
    danger: true,
    run: async () => {
      const began = clock.read()
      const type = file.name.endsWith('.gz') ? 'application/gzip' : 'application/octet-stream'
      const init = { method: 'POST', headers: { 'content-type': type }, body: file }
      const response = await api.open('/backups/restore', init, { timeoutMs: 0 })
      said(app, (await response.json()) as Restored, clock.read() - began)
    },
  })
}

export const askDelete = (app: App, backup: Backup, after: () => Promise<void>): void => {
  const { api, asks, clock, times, toasts } = app
  const made = times.full(backup.createdAt)
  asks.ask({
    question: `Delete the backup of ${made}?`,
    effects: [
      { icon: 'bin', what: 'This copy is gone', rest: `for good, ${say(bytes(backup.bytes))}.` },
      { icon: 'check', what: 'The present database', rest: 'and the other backups stay.' },
    ],
    keep: 'Keep it',
    act: 'Delete',
    acting: 'Deleting the backup',
    danger: true,
    run: async () => {
      const began = clock.read()
      await api.delete(`/backups/${encodeURIComponent(backup.name)}`)
      await after()
      toasts.say({
        state: 'fine',
        title: `Deleted the backup of ${made}`,
        text: `Done after ${took(Math.max(100, clock.read() - began))}.`,
      })
    },
  })
}
