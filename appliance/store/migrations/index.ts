import { foundation } from './0001-foundation.ts'

/** Forward only, in this order; a migration that has shipped is never edited. */
export const migrations: readonly { version: number; name: string; sql: string }[] = [
  { version: 1, name: 'foundation', sql: foundation },
]
