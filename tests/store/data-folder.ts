import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Log } from '../../appliance/lib/log.ts'
import { createLog } from '../../appliance/lib/log.ts'
import { openStore, type Store } from '../../appliance/store/open.ts'

/** A data folder of the running test, removed after it. */
export const dataFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A log whose lines can be read. */
export const readableLog = (): { log: Log; lines: string[] } => {
  const lines: string[] = []
  return { log: createLog('debug', { write: (line) => lines.push(line) }), lines }
}

export const open = (folder: string, now: () => number = Date.now): Store =>
  openStore({ folder, log: readableLog().log, now })

/** A store of one row named `text` that was stopped cleanly. */
export const storeWith = (folder: string, text: string): void => {
  const store = open(folder)
  writeRow(store, text)
  store.close()
}

export const writeRow = (store: Store, text: string): void => {
  store.db.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)').run('test', JSON.stringify(text))
}

export const readRow = (store: Store): string | undefined => {
  const row = store.db.prepare<[], { value: string }>("SELECT value FROM settings WHERE name = 'test'").get()
  return row && JSON.parse(row.value)
}
