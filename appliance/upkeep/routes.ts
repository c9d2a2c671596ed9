import { createReadStream, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Can } from '#protocol/access.ts'
import type { Api, Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { listOf } from '#protocol/list.ts'
import { Settings, SettingsPatch } from '#protocol/settings.ts'
import { Backup } from '#protocol/system.ts'
import type { BackupFile, BackupsPort } from './ports.ts'
import type { SettingsStore } from './settings.ts'
import { withUpload } from './upload.ts'

export interface UpkeepRoutesDeps {
  settings: SettingsStore
  backups: BackupsPort
  folder: string
  can: Can
  /** Ends the process so that it starts again with the staged database; absent where nothing would start it. */
  restart?: () => void
}

const box = { kind: 'box' } as const
const NameParams = z.strictObject({ name: z.string().max(100) })
const RestoreBody = z.strictObject({ name: z.string().max(100) })
const RestoreAnswer = z.object({ restartNeeded: z.boolean(), version: z.number() })
const Shared = Settings.pick({ siteName: true, timeZone: true })
const maxUploadBytes = 4 * 1024 ** 3
const spareBytes = 64 * 1024 ** 2

const toBackup = ({ name, at, bytes, reason }: BackupFile): Backup => ({
  name,
  createdAt: new Date(at).toISOString(),
  bytes,
  reason,
})

const settingsRoutes = (api: Api, { settings, can }: UpkeepRoutesDeps) => {
  api.get(
    '/settings',
    {
      summary: 'How this box is set',
      detail: 'Whole for who may manage settings; `siteName` and `timeZone` for everybody who is signed in.',
      access: 'signed-in',
      answer: Settings.partial(),
    },
    (call) => (can(call.person(), 'manage-settings', box) ? settings.get() : Shared.strip().parse(settings.get())),
  )

  api.put(
    '/settings',
    {
      summary: 'Change settings',
      detail: 'Only what the body names is changed.',
      access: 'manage-settings',
      body: SettingsPatch,
      answer: Settings,
      audit: 'settings.change',
    },
    (call) => {
      const { before, after } = settings.change(call.body)
      call.note({ kind: 'settings', id: 'box' }, { before, after })
      return settings.get()
    },
  )
}

const download = ({ file, name, bytes }: BackupFile): Response =>
  new Response(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>, {
    headers: {
      'content-type': 'application/gzip',
      'content-length': String(bytes),
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })

const backupRoutes = (api: Api, { backups }: UpkeepRoutesDeps) => {
  api.get(
    '/backups',
    { summary: 'The backups on this box, newest first', access: 'manage-box', answer: listOf(Backup) },
    () => ({ items: backups.list().map(toBackup), next: null }),
  )

  api.post(
    '/backups',
    {
      summary: 'Make a backup now',
      detail: 'Of the whole database, verified. Secrets inside stay sealed; the master key is not in it.',
      access: 'manage-box',
      status: 201,
      answer: Backup,
      audit: 'backup.create',
    },
    async (call) => {
      const made = await backups.create('asked')
      call.note({ kind: 'backup', id: made.name }, { bytes: made.bytes })
      return toBackup(made)
    },
  )

  api.get(
    '/backups/:name/download',
    { summary: 'The file of a backup', access: 'manage-box', params: NameParams, audit: 'backup.download' },
    (call) => {
      const found = backups.find(call.params.name)
      call.note({ kind: 'backup', id: found.name })
      return download(found)
    },
  )

  api.delete(
    '/backups/:name',
    { summary: 'Delete a backup', access: 'manage-box', params: NameParams, status: 204, audit: 'backup.delete' },
    (call) => {
      call.note({ kind: 'backup', id: backups.find(call.params.name).name })
      backups.remove(call.params.name)
    },
  )
}

const isJson = (request: Request) =>
  /^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? 'application/json')

const nameIn = async (request: Request): Promise<string> => {
  const text = await request.text()
  try {
    return RestoreBody.parse(JSON.parse(text)).name
  } catch (cause) {
    throw new AppError('invalid_request', 'The body must be {"name": "..."} with a backup of the list, or the file.', {
      cause,
    })
  }
}

const restoreRoute = (api: Api, { backups, folder, restart }: UpkeepRoutesDeps) => {
  const room = () => {
    const { bavail, bsize } = statfsSync(folder)
    return Math.max(0, Math.min(maxUploadBytes, bavail * bsize - spareBytes))
  }
  const uploaded = (request: Request) =>
    withUpload(request, join(folder, 'restore.upload'), room(), (file) => backups.stage(file))

  api.post(
    '/backups/restore',
    {
      summary: 'Go back to a backup',
      detail:
        'The body is `{"name": "..."}` with a backup of the list, or the file itself as `application/gzip` or ' +
        '`application/octet-stream`. It is validated, and put in place at the next start; the present database is ' +
        'kept beside it. `restartNeeded: false` says that the box restarts by itself now.',
      access: 'manage-box',
      status: 202,
      answer: RestoreAnswer,
      audit: 'backup.restore',
    },
    async (call) => {
      const name = isJson(call.request) ? await nameIn(call.request) : null
      call.note({ kind: 'backup', id: name ?? 'upload' })
      const { version } = name === null ? await uploaded(call.request) : await backups.stage(backups.find(name).file)
      if (restart) setImmediate(restart)
      return { restartNeeded: !restart, version }
    },
  )
}

export const createUpkeepRoutes =
  (deps: UpkeepRoutesDeps): Routes =>
  (api) => {
    settingsRoutes(api, deps)
    backupRoutes(api, deps)
    restoreRoute(api, deps)
  }
