import Sqlite from 'better-sqlite3'
import { openVault } from '../../appliance/store/vault.ts'
import { dieBeforeChange } from './dying-fs.ts'

const [path = '', keyFile = '', dieAt = '0'] = process.argv.slice(2)
const db = new Sqlite(path)
db.pragma('journal_mode = WAL')
const vault = openVault(db, keyFile)
dieBeforeChange(Number(dieAt))
vault.rotate()
