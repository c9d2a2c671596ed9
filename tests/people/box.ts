import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createRouter } from '../../appliance/http/router.ts'
import { createLog } from '../../appliance/lib/log.ts'
import { createPeople, type PeopleDeps } from '../../appliance/people/index.ts'
import { openStore } from '../../appliance/store/open.ts'
import { openVault } from '../../appliance/store/vault.ts'

export const adminPassword = 'correct horse battery'
export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** As cheap as argon2 goes, so that the tests spend their time on what they are about. */
export const cheap = { memoryKib: 8, passes: 1, lanes: 1 }

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into answers whose shape they are about to prove
  body: any
}

export interface Ask {
  token?: string | undefined
  body?: unknown
  address?: string
  headers?: Record<string, string>
  secure?: boolean
}

export type Box = Awaited<ReturnType<typeof openBox>>

const silent = () => createLog('silent')

/** The real feature on a real database behind the real router, with a clock that the test moves. */
export const openBox = async (options: Partial<PeopleDeps> & { folder?: string; at?: number } = {}) => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'belfry-people-'))
  const clock = { at: options.at ?? Date.parse('2026-05-01T12:00:00.000Z') }
  const now = () => clock.at
  const log = silent()
  const store = openStore({ folder, log, now })
  const vault = openVault(store.db, join(folder, 'master.key'))
  const people = createPeople({
    ...{ db: store.db, vault, log, now, passwordCost: cheap },
    relyingParty: (request) => {
      const host = new URL(request.url).host
      return host.startsWith('belfry.')
        ? { id: 'belfry.local', origins: ['https://belfry.local'], name: 'Belfry' }
        : null
    },
    ...options,
  })
  await people.start()
  const router = createRouter({
    ...{ routes: [people.routes], identify: people.identify, can: people.can, audit: people.audit },
    ...{ hostNames: () => new Set(['belfry.local']), publicUrl: null, trustedProxies: null, log, now },
  })

  const ask = async (method: string, path: string, o: Ask = {}): Promise<Answer> => {
    const headers = new Headers({ host: 'belfry.local', 'user-agent': 'a test', ...o.headers })
    if (o.token !== undefined) headers.set('authorization', `Bearer ${o.token}`)
    if (o.body !== undefined) headers.set('content-type', 'application/json')
    const request = new Request(`${o.secure ? 'https' : 'http'}://belfry.local/api/v1${path}`, {
      ...{ method, headers },
      ...(o.body === undefined ? {} : { body: typeof o.body === 'string' ? o.body : JSON.stringify(o.body) }),
    })
    const response = await router.fetch(request, { address: o.address ?? '192.0.2.1', secure: o.secure ?? false })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await people.stop()
    store.close()
  }
  onTestFinished(async () => {
    await close()
    if (!options.folder) rmSync(folder, { recursive: true, force: true })
  })
  return { folder, clock, now, people, vault, db: store.db, router, ask, close }
}

/** Claims the box and signs the admin in. */
export const claimed = async (options: Parameters<typeof openBox>[0] = {}) => {
  const box = await openBox(options)
  const body = { code: box.people.claimCode(), username: 'Ada', password: adminPassword }
  const made = await box.ask('POST', '/claim', { body })
  if (made.status !== 201) throw new Error(`Not claimed: ${JSON.stringify(made.body)}`)
  const admin = await signIn(box, 'Ada', adminPassword)
  return { ...box, admin, adminId: made.body.person.id as string }
}

export const signIn = async (
  box: Pick<Box, 'ask'>,
  username: string,
  password: string,
  more: Record<string, unknown> = {},
  o: Ask = {},
) => {
  const { status, body } = await box.ask('POST', '/auth/login', { ...o, body: { username, password, ...more } })
  if (status !== 200) throw new Error(`${username} could not sign in: ${JSON.stringify(body)}`)
  return body as { accessToken: string; refreshToken: string; person: { id: string }; scope: string }
}

/** An account that has chosen its own password, signed in. */
export const addPerson = async (
  box: Pick<Box, 'ask'> & { admin: { accessToken: string } },
  username: string,
  role: string,
  grants?: object,
) => {
  const token = box.admin.accessToken
  const first = 'first-password-of-it'
  const password = `${username} has her own password`
  const made = await box.ask('POST', '/users', { token, body: { username, role, password: first } })
  if (made.status !== 201) throw new Error(`${username} was not made: ${JSON.stringify(made.body)}`)
  const { accessToken } = await signIn(box, username, first)
  await box.ask('POST', '/auth/password', { token: accessToken, body: { current: first, next: password } })
  if (grants) await box.ask('PUT', `/users/${made.body.id}/grants`, { token, body: grants })
  const signedIn = await signIn(box, username, password)
  return { id: made.body.id as string, password, token: signedIn.accessToken, refreshToken: signedIn.refreshToken }
}

export const codeOf = (answer: Answer): string => answer.body?.error?.code
