import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { createBackups } from '../../appliance/store/backup.ts'
import { databaseFile } from '../../appliance/store/open.ts'
import { dataFolder, open, readRow, writeRow } from './data-folder.ts'

const program = fileURLToPath(new URL('./open-child.ts', import.meta.url))

/** Starts on copies of `prepared`, killed before each change of a file in turn, and looks at each folder afterwards. */
const cutAtEachStep = (prepared: string, look: (folder: string) => void): number => {
  for (let step = 1; ; step++) {
    const folder = join(dataFolder(), 'data')
    cpSync(prepared, folder, { recursive: true })
    const { signal } = spawnSync(process.execPath, [program, folder, String(step)])
    look(folder)
    rmSync(folder, { recursive: true })
    if (signal === null) return step - 1
  }
}

const prepare = async (spoil: (folder: string, backup: string) => unknown): Promise<string> => {
  const folder = dataFolder()
  const store = open(folder)
  writeRow(store, 'then')
  const backups = createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') })
  const { file } = await backups.create('nightly')
  writeRow(store, 'now')
  store.close()
  await spoil(folder, file)
  return folder
}

describe('a power cut', { timeout: 120_000 }, () => {
  it('at any step of a restore leaves one that the next start ends, with the old database kept', async () => {
    const prepared = await prepare((folder, file) =>
      createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') }).stage(file),
    )
    const cuts = cutAtEachStep(prepared, (folder) => {
      const store = open(folder)
      expect(readRow(store)).toBe('then')
      expect(store.recovered).toBeNull()
      store.close()
      const kept = new Sqlite(`${databaseFile(folder)}.before-restore`, { readonly: true })
      expect(kept.prepare("SELECT value FROM settings WHERE name = 'test'").pluck().get()).toBe('"now"')
      kept.close()
    })
    expect(cuts).toBeGreaterThanOrEqual(6)
  })

  it('at any step of falling back leaves a start that falls back, with the bad file kept', async () => {
    const prepared = await prepare((folder) => writeFileSync(databaseFile(folder), Buffer.alloc(50_000, 7)))
    const cuts = cutAtEachStep(prepared, (folder) => {
      const store = open(folder)
      expect(readRow(store)).toBe('then')
      store.close()
      expect(readdirSync(folder).some((name) => name.startsWith('belfry.db.damaged-'))).toBe(true)
    })
    expect(cuts).toBeGreaterThanOrEqual(6)
  })

  it('at any step of the very first start leaves one that starts', () => {
    const cuts = cutAtEachStep(dataFolder(), (folder) => open(folder).close())
    expect(cuts).toBeGreaterThanOrEqual(4)
  })
})
