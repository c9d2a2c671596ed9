import type { Caller } from '#protocol/access.ts'
import type { Grants, Person } from '#protocol/person.ts'
import { ulid } from '../lib/ulid.ts'
import type { AccountRow } from './store-accounts.ts'

/** So long may a new admin go without a second factor. */
export const graceMs = 24 * 60 * 60_000

export const noGrants: Grants = { box: [], sources: {}, deviceGroups: {} }

/**
 * The form in which names are compared: no case, no look-alike code points of the same letter, nothing invisible.
 * Upper case first, because some letters meet only there.
 */
export const nameKeyOf = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .trim()

export const emailKeyOf = (email: string): string => email.normalize('NFC').toLowerCase()

const hasFactor = (row: AccountRow) => row.totpConfirmed || row.passkeys > 0

export const toPerson = (row: AccountRow): Person => {
  const required = row.role === 'admin'
  const graceEnds = required && !hasFactor(row) ? (row.adminSince ?? row.createdAt) + graceMs : null
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    role: row.role,
    grants: row.grants,
    mustChangePassword: row.mustChangePassword,
    disabled: row.disabled,
    secondFactor: {
      totp: row.totpConfirmed,
      passkeys: row.passkeys,
      required,
      graceEndsAt: graceEnds === null ? null : new Date(graceEnds).toISOString(),
    },
    createdAt: new Date(row.createdAt).toISOString(),
    lastSignInAt: row.lastSignInAt === null ? null : new Date(row.lastSignInAt).toISOString(),
  }
}

/** What somebody must do before anything else, judged at every request and not when the token was made. */
export const scopeOf = (row: AccountRow, now: number): Caller['scope'] => {
  if (row.mustChangePassword) return 'password-change'
  const overdue = row.role === 'admin' && !hasFactor(row) && now >= (row.adminSince ?? row.createdAt) + graceMs
  return overdue ? 'second-factor-setup' : 'full'
}

export const newAccount = (
  given: Pick<AccountRow, 'username' | 'role' | 'passwordHash' | 'passwordLong' | 'mustChangePassword'>,
  email: string | null,
  at: number,
  id: string = ulid(at),
): AccountRow => ({
  ...given,
  id,
  username: given.username.normalize('NFC'),
  nameKey: nameKeyOf(given.username),
  email,
  emailKey: email === null ? null : emailKeyOf(email),
  grants: noGrants,
  disabled: false,
  adminSince: given.role === 'admin' ? at : null,
  totpSecretId: null,
  totpConfirmed: false,
  totpLastStep: 0,
  createdAt: at,
  lastSignInAt: null,
  passkeys: 0,
})
