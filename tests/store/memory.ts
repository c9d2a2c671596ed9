import Sqlite, { type Database } from 'better-sqlite3'
import { migrate } from '../../appliance/store/migrate.ts'

/** A database of the newest version that lives in memory only. */
export const memoryDatabase = (): Database => {
  const db = new Sqlite(':memory:')
  db.pragma('foreign_keys = ON')
  migrate(db)
  return db
}
