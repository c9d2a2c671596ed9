import type { Database } from 'better-sqlite3'
import type { Vitals } from '#protocol/system.ts'

export type Db = Database

/** Reads in another thread; the store's `Reader` is one. */
export interface Reads {
  all<T>(sql: string, params?: unknown[] | Record<string, unknown>): Promise<T[]>
}

interface Row {
  at: number
  cpu: number
  load: number
  memoryUsed: number
  memoryTotal: number
  temperature: number | null
  diskUsed: number | null
  diskTotal: number | null
  rx: number | null
  tx: number | null
  own: number
}

// A row is a short JSON array, in this order: it is written for years.
const toData = (v: Vitals): string =>
  JSON.stringify([
    v.cpu,
    v.load,
    v.memory.used,
    v.memory.total,
    v.temperature,
    v.disk?.used ?? null,
    v.disk?.total ?? null,
    v.rxBytesPerS,
    v.txBytesPerS,
    v.ownMemory,
  ])

const averages = `
  SELECT at / CAST(@stepMs AS INTEGER) * CAST(@stepMs AS INTEGER) AS at, round(avg(data ->> 0), 1) AS cpu, round(avg(data ->> 1), 2) AS load,
    round(avg(data ->> 2)) AS memoryUsed, round(avg(data ->> 3)) AS memoryTotal,
    round(avg(data ->> 4), 1) AS temperature,
    round(avg(data ->> 5)) AS diskUsed, round(avg(data ->> 6)) AS diskTotal,
    round(avg(data ->> 7)) AS rx, round(avg(data ->> 8)) AS tx, round(avg(data ->> 9)) AS own
  FROM vitals WHERE at >= @from AND at <= @to GROUP BY 1 ORDER BY 1`

const toVitals = (row: Row): Vitals => ({
  at: new Date(row.at).toISOString(),
  cpu: row.cpu,
  load: row.load,
  memory: { used: row.memoryUsed, total: row.memoryTotal },
  temperature: row.temperature,
  disk: row.diskUsed !== null && row.diskTotal !== null ? { used: row.diskUsed, total: row.diskTotal } : null,
  rxBytesPerS: row.rx,
  txBytesPerS: row.tx,
  ownMemory: row.own,
})

export const createVitalsStore = (db: Db, reads: Reads) => {
  const insert = db.prepare('INSERT OR REPLACE INTO vitals (at, data) VALUES (?, ?)')
  const remove = db.prepare('DELETE FROM vitals WHERE at < ?')
  return {
    write: db.transaction((points: readonly Vitals[]) => {
      for (const point of points) insert.run(Date.parse(point.at), toData(point))
    }),
    /** Averages per `stepMs` from `from` to `to`, oldest first. */
    read: async (stepMs: number, from: number, to: number): Promise<Vitals[]> =>
      (await reads.all<Row>(averages, { stepMs, from, to })).map(toVitals),
    prune: (before: number) => void remove.run(before),
  }
}
export type VitalsStore = ReturnType<typeof createVitalsStore>
