import { createLog } from '../../appliance/lib/log.ts'
import { openStore } from '../../appliance/store/open.ts'
import { dieBeforeChange } from './dying-fs.ts'

const [folder = '', dieAt = '0'] = process.argv.slice(2)
dieBeforeChange(Number(dieAt))
openStore({ folder, log: createLog('silent'), now: Date.now }).close()
