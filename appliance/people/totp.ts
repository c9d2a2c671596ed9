import { Secret, TOTP } from 'otpauth'
import { AppError } from '#protocol/errors.ts'
import { noSuchPerson } from './account-rules.ts'
import type { Secrets } from './ports.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { PeopleStore } from './store.ts'
import type { AccountRow } from './store-accounts.ts'
import type { Counted, Throttle } from './throttle.ts'

const stepMs = 30_000

export const wrongCode = () => new AppError('totp_invalid', 'This code is not right, or was used already.')

interface TotpDeps {
  store: PeopleStore
  vault: Secrets
  recoveryCodes: RecoveryCodes
  throttle: Throttle
  now: () => number
  onChanged: (personId: string) => void
}

const generator = (row: AccountRow, secret: Secret) =>
  new TOTP({ issuer: 'Belfry', label: row.username, secret, algorithm: 'SHA1', digits: 6, period: stepMs / 1000 })

export const countedOf = (personId: string): Counted => ({
  ...{ key: `factor:${personId}`, free: 5, maxWaitMs: 15 * 60_000, clears: true },
})

/** Compares codes with the app's, one step before or after now allowed, each step once. */
const createCodes = ({ store, vault, recoveryCodes, now }: TotpDeps) => {
  const stepOf = (row: AccountRow, code: string): number | null => {
    if (row.totpSecretId === null) return null
    const secret = Secret.fromBase32(vault.get(row.totpSecretId))
    const delta = generator(row, secret).validate({ token: code, timestamp: now(), window: 1 })
    return delta === null ? null : Math.floor(now() / stepMs) + delta
  }
  /** Uses a code up: a step of the app, or a recovery code. False when it is wrong or was used. */
  const use = (row: AccountRow, given: string): boolean => {
    const code = given.replace(/[\s-]/g, '')
    if (!/^\d{6}$/.test(code)) return recoveryCodes.use(row.id, code)
    const step = row.totpConfirmed ? stepOf(row, code) : null
    return step !== null && store.accounts.useStep(row.id, step)
  }
  return { stepOf, use }
}

const createFind =
  ({ store }: TotpDeps) =>
  (personId: string): AccountRow => {
    const row = store.accounts.byId(personId)
    if (!row) throw noSuchPerson()
    return row
  }

const createSetUp = (deps: TotpDeps, find: (id: string) => AccountRow) => (personId: string) =>
  deps.store.atomically(() => {
    const row = find(personId)
    if (row.totpConfirmed) throw new AppError('wrong_state', 'The second factor is set up. Switch it off first.')
    const secret = new Secret({ size: 20 })
    deps.store.accounts.save({ ...row, totpSecretId: deps.vault.put('totp', secret.base32), totpLastStep: 0 })
    if (row.totpSecretId) deps.vault.remove(row.totpSecretId)
    return { secret: secret.base32, uri: generator(row, secret).toString() }
  })

/** Throws `totp_invalid` when `work` answers null; guessing is slowed down per person. */
const createJudged =
  ({ store, throttle }: TotpDeps) =>
  <T>(personId: string, work: () => T | null): T => {
    const attempt = throttle.begin([countedOf(personId)])
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

/** The second factor by an authenticator app. */
export const createTotp = (deps: TotpDeps) => {
  const { store, vault, recoveryCodes } = deps
  const { stepOf, use } = createCodes(deps)
  const find = createFind(deps)
  const judged = createJudged(deps)

  const confirm = (personId: string, code: string): { recoveryCodes: string[] } => {
    const done = judged(personId, () => {
      const row = find(personId)
      if (row.totpSecretId === null || row.totpConfirmed) {
        throw new AppError('wrong_state', 'There is no second factor that waits for its first code.')
      }
      const step = stepOf(row, code.replace(/\s/g, ''))
      if (step === null) return null
      store.accounts.save({ ...row, totpConfirmed: true, totpLastStep: step })
      return { recoveryCodes: recoveryCodes.renew(personId) }
    })
    deps.onChanged(personId)
    return done
  }

  const switchOff = (personId: string, code: string): void => {
    judged(personId, () => {
      const row = find(personId)
      if (!row.totpConfirmed) throw new AppError('wrong_state', 'There is no second factor to switch off.')
      if (!use(row, code)) return null
      store.accounts.save({ ...find(personId), totpSecretId: null, totpConfirmed: false })
      if (row.totpSecretId) vault.remove(row.totpSecretId)
      if (row.passkeys === 0) store.factors.replaceCodes(personId, [])
      return true
    })
    deps.onChanged(personId)
  }

  return {
    use,
    setUp: createSetUp(deps, find),
    confirm,
    switchOff,
    renewCodes: (personId: string, code: string) =>
      judged(personId, () => (use(find(personId), code) ? { recoveryCodes: recoveryCodes.renew(personId) } : null)),
  }
}
export type Totp = ReturnType<typeof createTotp>
