import type { Caller, Can } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import type { AuditLog } from '#protocol/audit.ts'
import type { Person } from '#protocol/person.ts'
import { createBus } from '../lib/bus.ts'
import type { Log } from '../lib/log.ts'
import { every } from '../lib/poll.ts'
import { createAccountRules } from './account-rules.ts'
import { createAccounts } from './accounts.ts'
import { createApiKeys } from './api-keys.ts'
import { createAudit } from './audit.ts'
import { can } from './can.ts'
import { createClaim } from './claim.ts'
import { createCookie } from './cookie.ts'
import { createIdentify } from './identify.ts'
import { createKeys } from './keys.ts'
import { createLogin } from './login.ts'
import { createOwnPassword } from './own-password.ts'
import { createPasskeys } from './passkeys.ts'
import { createPasswords, type PasswordCost } from './passwords.ts'
import { toPerson } from './person.ts'
import type { RelyingParty, Secrets } from './ports.ts'
import { createRecoveryCodes } from './recovery-codes.ts'
import { createRefresh } from './refresh.ts'
import { createAuditRoutes } from './routes-audit.ts'
import { createAuthRoutes, createSignedIn } from './routes-auth.ts'
import { createFactorRoutes } from './routes-factors.ts'
import { createMeRoutes } from './routes-me.ts'
import { createUserRoutes } from './routes-users.ts'
import { createSignIns, type From } from './sign-ins.ts'
import { createPeopleStore, type Db } from './store.ts'
import { createAuditStore } from './store-audit.ts'
import { createThrottle } from './throttle.ts'
import { createTokens } from './tokens.ts'
import { createTotp } from './totp.ts'

const sweepEveryMs = 60 * 60_000

export interface PeopleDeps {
  db: Db
  vault: Secrets
  log: Log
  now: () => number
  /** A fixed claim code; random otherwise. */
  claimCode?: string | undefined
  /** Null where the host name does not allow passkeys, such as an address. */
  relyingParty: (request: Request) => RelyingParty | null
  /** Whether the request came by HTTPS; by its URL unless said. */
  isSecure?: ((request: Request) => boolean) | undefined
  auditKeepDays?: (() => number) | undefined
  passwordCost?: PasswordCost | undefined
}

export interface People {
  /** Who is behind a bearer token. Throws `unauthorized` or `token_expired`. */
  identify(token: string, from: From): Promise<Caller>
  can: Can
  audit: AuditLog
  /** Null once the box is claimed, and before the first start. */
  claimCode(): string | null
  isClaimed(): boolean
  routes: Routes
  find(id: string): Person | null
  /** False when the sign-in behind it has ended meanwhile, or the person may not come in any more. */
  isAlive(caller: Caller): boolean
  /** Gives the account a password for one sign-in and takes its second factors away. Throws `not_found`. */
  resetPassword(name: string): string
  /** Ends every sign-in of everybody: after a restore, what was signed in then must not count again. */
  endEverySignIn(): void
  /** Called with the id of each sign-in that has ended, so that what hangs on it can be closed. */
  onSignInEnded(listen: (signInId: string) => void): () => void
  /** Called when what a person may do, or whether they are there at all, may have changed. */
  onPersonChanged(listen: (personId: string) => void): () => void
  start(): Promise<void>
  stop(): Promise<void>
}

const createParts = (deps: PeopleDeps) => {
  const { vault, log, now } = deps
  const store = createPeopleStore(deps.db)
  const keys = createKeys(store, vault)
  const audit = createAudit({ store: createAuditStore(deps.db), now, key: () => keys('audit-ends') })
  const told = createBus<{ ended: string; changed: string }>((event, err) =>
    log.error({ err, event }, 'a listener of people failed'),
  )
  const onChanged = (personId: string) => told.emit('changed', personId)
  const throttle = createThrottle({ now })
  const passwords = createPasswords(deps.passwordCost)
  const tokens = createTokens({ keys, now })
  const onReuse = (personId: string, from: From) => {
    const name = store.accounts.byId(personId)?.username ?? ''
    const id = audit.open({
      ...{ ...from, action: 'person.token-reused', actor: { id: null, name: 'nobody', via: 'public' } },
      target: { kind: 'person', id: personId, name },
    })
    audit.complete(id, 'ended')
  }
  const onEnded = (ids: readonly string[]) => {
    for (const id of ids) told.emit('ended', id)
  }
  const signIns = createSignIns({ store, tokens, now, onEnded })
  const accounts = createAccounts({
    ...{ store, vault, passwords, signIns, now, onChanged },
    rules: createAccountRules(store),
  })
  const recoveryCodes = createRecoveryCodes({ store, keys })
  const totp = createTotp({ store, vault, recoveryCodes, throttle, now, onChanged })
  const { relyingParty } = deps
  return {
    ...{ store, keys, audit, told, tokens, signIns, accounts, totp, recoveryCodes },
    refresh: createRefresh({ store, tokens, now, onEnded, onReuse }),
    claim: createClaim({ store, vault, passwords, throttle, fixedCode: deps.claimCode, now }),
    login: createLogin({ store, passwords, signIns, totp, throttle, now, log }),
    ownPassword: createOwnPassword({ store, accounts, passwords, throttle }),
    apiKeys: createApiKeys({ store, now, onChanged }),
    passkeys: createPasskeys({ store, recoveryCodes, signIns, throttle, relyingParty, now, onChanged }),
    cookie: createCookie(deps.isSecure ?? ((request) => new URL(request.url).protocol === 'https:')),
  }
}
type Parts = ReturnType<typeof createParts>

const createRoutes = (parts: Parts, now: () => number): Routes => {
  const signedIn = createSignedIn({ ...parts, now })
  const all = [
    createAuthRoutes({ ...parts, now }, signedIn),
    createFactorRoutes({ ...parts, signedIn }),
    createUserRoutes(parts),
    createMeRoutes(parts),
    createAuditRoutes({ audit: parts.audit, now }),
  ]
  return (api) => {
    for (const declare of all) declare(api)
  }
}

/** Accounts, sign-in and the audit log. `start` makes the keys and the claim code and sweeps every hour. */
export const createPeople = (deps: PeopleDeps): People => {
  const { log, now } = deps
  const parts = createParts(deps)
  const { store, audit, claim, ownPassword } = parts
  const stopping = new AbortController()
  let sweeping: Promise<void> | null = null

  const sweep = () => {
    parts.signIns.sweep()
    const pruned = audit.prune(deps.auditKeepDays?.() ?? 365)
    if (pruned > 0) log.info({ pruned }, 'old audit entries were forgotten')
  }

  const resetPassword = (name: string): string => {
    const row = audit.open({
      actor: { id: null, name: 'belfry reset-password', via: 'command-line' },
      ...{ address: '', agent: '', action: 'person.reset', details: { name } },
    })
    const password = ownPassword.reset(name)
    audit.complete(row, 'success')
    return password
  }

  return {
    identify: createIdentify({ ...parts, now }),
    can,
    audit,
    claimCode: claim.code,
    isClaimed: claim.isClaimed,
    routes: createRoutes(parts, now),
    find: (id) => {
      const row = store.accounts.byId(id)
      return row ? toPerson(row) : null
    },
    isAlive: ({ person, signInId }) => {
      const row = signInId === null ? store.accounts.byId(person.id) : store.signIns.person(signInId, person.id, now())
      return row !== undefined && row !== null && !row.disabled
    },
    resetPassword,
    endEverySignIn: parts.signIns.endEverybody,
    onSignInEnded: (listen) => parts.told.on('ended', listen),
    onPersonChanged: (listen) => parts.told.on('changed', listen),
    start: async () => {
      claim.prepare()
      for (const name of ['access-token', 'refresh-token', 'recovery-code', 'audit-ends'] as const) parts.keys(name)
      sweeping = every({
        ...{ everyMs: sweepEveryMs, signal: stopping.signal, run: sweep },
        onError: (err) => log.error({ err }, 'old sign-ins and audit entries could not be swept'),
      })
    },
    stop: async () => {
      stopping.abort()
      await sweeping
    },
  }
}
