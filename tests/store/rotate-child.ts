import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import Sqlite from 'better-sqlite3'

const [path = '', keyFile = '', dieAt = '0'] = process.argv.slice(2)
let calls = 0
const dieBefore = <A extends unknown[], R>(real: (...args: A) => R) => {
  return (...args: A): R => {
    calls++
    if (calls === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
    return real(...args)
  }
}
const { openVault } = await import('../../appliance/store/vault.ts')
const db = new Sqlite(path)
db.pragma('journal_mode = WAL')
const vault = openVault(db, keyFile)
fs.writeFileSync = dieBefore(fs.writeFileSync)
fs.renameSync = dieBefore(fs.renameSync)
fs.fsyncSync = dieBefore(fs.fsyncSync)
fs.chmodSync = dieBefore(fs.chmodSync)
syncBuiltinESMExports()
vault.rotate()
