import { join } from 'node:path'
import { createLog } from '../../appliance/lib/log.ts'
import { createPeople } from '../../appliance/people/index.ts'
import { openStore } from '../../appliance/store/open.ts'
import { openVault } from '../../appliance/store/vault.ts'

/** Writes audit entries into the folder of its first argument until it is killed, and says each one that is safe. */
const [, , folder = ''] = process.argv
const log = createLog('silent')
const store = openStore({ folder, log, now: Date.now })
const vault = openVault(store.db, join(folder, 'master.key'))
const people = createPeople({ ...{ db: store.db, vault, log, now: Date.now }, relyingParty: () => null })
await people.start()
const actor = { id: null, name: 'nobody', via: 'public' }
const write = () => {
  const id = people.audit.open({ actor, address: '', agent: '', action: 'test.write' })
  if (id % 3 !== 0) people.audit.complete(id, 'success')
  process.stdout.write(`${id}\n`)
  setImmediate(write)
}
write()
