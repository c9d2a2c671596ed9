import { foundation } from './0001-foundation.ts'
import { people } from './0002-people.ts'
import { ca } from './0003-ca.ts'
import { plays } from './0004-plays.ts'
import { transcodeRule } from './0005-transcode-rule.ts'

/** Forward only, in this order; a migration that has shipped is never edited. */
export const migrations: readonly { version: number; name: string; sql: string }[] = [
  { version: 1, name: 'foundation', sql: foundation },
  { version: 2, name: 'people', sql: people },
  { version: 3, name: 'ca', sql: ca },
  { version: 4, name: 'plays', sql: plays },
  { version: 5, name: 'transcode-rule', sql: transcodeRule },
]
