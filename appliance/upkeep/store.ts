import type { Database } from 'better-sqlite3'

export type Db = Database

/** The rows of the settings table; values are JSON. */
export const createSettingsRows = (db: Db) => {
  const all = db.prepare<[], { name: string; value: string }>('SELECT name, value FROM settings')
  const save = db.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  return {
    all: () => all.all(),
    save: db.transaction((rows: readonly (readonly [string, string])[]) => {
      for (const row of rows) save.run(...row)
    }),
  }
}
