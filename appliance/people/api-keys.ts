import { randomBytes } from 'node:crypto'
import { AppError } from '#protocol/errors.ts'
import type { Grants } from '#protocol/person.ts'
import { ulid } from '../lib/ulid.ts'
import type { PeopleStore } from './store.ts'
import type { ApiKeyRow } from './store-api-keys.ts'
import { hashOf } from './tokens.ts'

const maxPerPerson = 50
const noteUseEveryMs = 60 * 60_000

export const isApiKey = (token: string) => token.startsWith('bfk_')

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())

const toApiKey = (row: ApiKeyRow) => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  readOnly: row.readOnly,
  grants: row.grants,
  createdAt: new Date(row.createdAt).toISOString(),
  expiresAt: iso(row.expiresAt),
  lastUsedAt: iso(row.lastUsedAt),
})

/** Keys for programs: each acts as its person, with less if so wanted. */
export const createApiKeys = (deps: {
  store: PeopleStore
  now: () => number
  onChanged: (personId: string) => void
}) => {
  const { store, now } = deps
  return {
    /** The key itself is in this answer and nowhere else. */
    create: (
      personId: string,
      given: { name: string; expiresAt: number | null; readOnly: boolean; grants: Grants | null },
    ) => {
      if (given.expiresAt !== null && given.expiresAt <= now()) {
        throw new AppError('invalid_request', 'expiresAt: This time is past.')
      }
      const key = `bfk_${randomBytes(32).toString('base64url')}`
      const row: ApiKeyRow = {
        ...{ ...given, id: ulid(now()), hash: hashOf(key), personId, prefix: key.slice(0, 10) },
        ...{ createdAt: now(), lastUsedAt: null },
      }
      store.atomically(() => {
        if (store.apiKeys.of(personId).length >= maxPerPerson) {
          throw new AppError('conflict', `You have ${maxPerPerson} keys. Delete one first.`)
        }
        store.apiKeys.insert(row)
      })
      return { ...toApiKey(row), key }
    },
    list: (personId: string) => store.apiKeys.of(personId).map(toApiKey),
    remove: (personId: string, id: string) => {
      if (!store.apiKeys.remove(id, personId)) throw new AppError('not_found', 'There is no such key, or not any more.')
      deps.onChanged(personId)
    },
    /** Throws `unauthorized` or `token_expired`. */
    use: (key: string): ApiKeyRow => {
      const row = store.apiKeys.byHash(hashOf(key))
      if (!row) throw new AppError('unauthorized', 'This is not a key of this box.')
      if (row.expiresAt !== null && row.expiresAt <= now()) {
        throw new AppError('token_expired', 'This key has expired. Make a new one.')
      }
      if (row.lastUsedAt === null || now() - row.lastUsedAt >= noteUseEveryMs) store.apiKeys.used(row.id, now())
      return row
    },
  }
}
export type ApiKeys = ReturnType<typeof createApiKeys>
