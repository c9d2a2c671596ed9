import { writeSync } from 'node:fs'
import { createLog } from '../../appliance/lib/log.ts'
import { openStore } from '../../appliance/store/open.ts'

const store = openStore({ folder: process.argv[2] ?? '', log: createLog('silent'), now: Date.now })
const insert = store.db.prepare('INSERT INTO vitals (at, data) VALUES (?, ?)')
const last = store.db.prepare<[], { at: number | null }>('SELECT max(at) AS at FROM vitals').get()
const padding = 'x'.repeat(3000)
for (let at = (last?.at ?? 0) + 1; ; at++) {
  insert.run(at, padding)
  writeSync(1, `${at}\n`)
}
