import { createHmac, randomInt } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { AppError } from '#protocol/errors.ts'
import type { Keys } from './keys.ts'
import type { Secrets } from './ports.ts'
import type { PeopleStore } from './store.ts'
import type { AccountRow } from './store-accounts.ts'
import type { Counted, Throttle } from './throttle.ts'

const stepMs = 30_000
const codeAlphabet = '23456789abcdefghjkmnpqrstwxyz'
const recoveryCount = 10

export const wrongCode = () => new AppError('totp_invalid', 'This code is not right, or was used already.')

const newRecoveryCode = () => {
  const letters = Array.from({ length: 12 }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

/** The second factor by an authenticator app, and the codes on paper for the day it is lost. */
export const createTotp = (deps: {
  store: PeopleStore
  vault: Secrets
  keys: Keys
  throttle: Throttle
  now: () => number
  onChanged: (personId: string) => void
}) => {
  const { store, vault, keys, throttle, now } = deps
  const { accounts, factors } = store

  const generator = (row: AccountRow, secret: Secret) =>
    new TOTP({ issuer: 'Belfry', label: row.username, secret, algorithm: 'SHA1', digits: 6, period: stepMs / 1000 })

  /** The step that a code belongs to, one before or after now allowed; null when it is wrong. */
  const stepOf = (row: AccountRow, code: string): number | null => {
    if (row.totpSecretId === null) return null
    const secret = Secret.fromBase32(vault.get(row.totpSecretId))
    const delta = generator(row, secret).validate({ token: code, timestamp: now(), window: 1 })
    return delta === null ? null : Math.floor(now() / stepMs) + delta
  }

  const hashCode = (code: string) =>
    createHmac('sha256', keys('recovery-code')).update(code.toLowerCase().replace(/[\s-]/g, '')).digest('hex')

  /** Uses a code up: a step of the app, or a recovery code. False when it is wrong or was used. */
  const use = (row: AccountRow, given: string): boolean => {
    const code = given.replace(/[\s-]/g, '')
    if (!/^\d{6}$/.test(code)) return factors.useCode(row.id, hashCode(code))
    const step = row.totpConfirmed ? stepOf(row, code) : null
    return step !== null && accounts.useStep(row.id, step)
  }

  const renewCodes = (personId: string): string[] => {
    const codes = Array.from({ length: recoveryCount }, newRecoveryCode)
    factors.replaceCodes(personId, codes.map(hashCode))
    return codes
  }

  const counted = (personId: string): Counted => ({
    ...{ key: `factor:${personId}`, free: 5, maxWaitMs: 15 * 60_000, clears: true },
  })

  const find = (personId: string): AccountRow => {
    const row = accounts.byId(personId)
    if (!row) throw new AppError('not_found', 'There is no such person, or not any more.')
    return row
  }

  const setUp = (personId: string): { secret: string; uri: string } =>
    store.atomically(() => {
      const row = find(personId)
      if (row.totpConfirmed) throw new AppError('wrong_state', 'The second factor is set up. Switch it off first.')
      const secret = new Secret({ size: 20 })
      const old = row.totpSecretId
      accounts.save({ ...row, totpSecretId: vault.put('totp', secret.base32), totpLastStep: 0 })
      if (old) vault.remove(old)
      return { secret: secret.base32, uri: generator(row, secret).toString() }
    })

  /** Throws `totp_invalid`; guessing is slowed down per person. */
  const judged = <T>(personId: string, work: () => T | null): T => {
    const attempt = throttle.begin([counted(personId)])
    try {
      const result = store.atomically(work)
      if (result === null) {
        attempt.failed()
        throw wrongCode()
      }
      attempt.passed()
      return result
    } finally {
      attempt.dropped()
    }
  }

  const confirm = (personId: string, code: string): { recoveryCodes: string[] } => {
    const done = judged(personId, () => {
      const row = find(personId)
      if (row.totpSecretId === null || row.totpConfirmed) {
        throw new AppError('wrong_state', 'There is no second factor that waits for its first code.')
      }
      const step = stepOf(row, code.replace(/\s/g, ''))
      if (step === null) return null
      accounts.save({ ...row, totpConfirmed: true, totpLastStep: step })
      return { recoveryCodes: renewCodes(personId) }
    })
    deps.onChanged(personId)
    return done
  }

  const switchOff = (personId: string, code: string): void => {
    judged(personId, () => {
      const row = find(personId)
      if (!row.totpConfirmed) throw new AppError('wrong_state', 'There is no second factor to switch off.')
      if (!use(row, code)) return null
      accounts.save({ ...find(personId), totpSecretId: null, totpConfirmed: false })
      if (row.totpSecretId) vault.remove(row.totpSecretId)
      if (row.passkeys === 0) factors.replaceCodes(personId, [])
      return true
    })
    deps.onChanged(personId)
  }

  return {
    use,
    counted,
    setUp,
    confirm,
    switchOff,
    renewCodes,
    renewWith: (personId: string, code: string): { recoveryCodes: string[] } =>
      judged(personId, () => (use(find(personId), code) ? { recoveryCodes: renewCodes(personId) } : null)),
    codesLeft: (personId: string) => factors.codesLeft(personId),
  }
}
export type Totp = ReturnType<typeof createTotp>
