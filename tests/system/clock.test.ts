import { describe, expect, test } from 'vitest'
import type { SignedIn } from '#protocol/person.ts'
import type { Appliance } from './appliance.ts'
import { claimedInTest, dataInTest, startInTest } from './running.ts'

const minute = 60_000
const day = 24 * 60 * minute

/** Makes the process believe that it is later: its tokens age without anybody waiting for them. */
const later = (byMs: number) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `const real=Date;const by=${byMs};globalThis.Date=class extends real{constructor(...all){all.length?super(...all):super(real.now()+by)}static now(){return real.now()+by}}`,
  )}`,
})

const renew = (app: Appliance, refreshToken: string) => app.api<SignedIn>('POST', '/auth/refresh', { refreshToken })
const codeOf = async (app: Appliance, refreshToken: string) => app.refusal('POST', '/auth/refresh', { refreshToken })

describe('tokens age', () => {
  test('after 16 minutes an access token has expired and a refresh token brings another', async () => {
    const data = dataInTest()
    const { app, owner } = await claimedInTest({ data })
    await app.stop()
    const then = await startInTest({ data, env: later(16 * minute) })
    expect(await then.refusal('GET', '/me', undefined, owner.token)).toBe('token_expired')
    const renewed = await renew(then, owner.refreshToken)
    expect(renewed.status).toBe(200)
    expect((await then.api('GET', '/me', undefined, renewed.body.accessToken)).status).toBe(200)
  })

  test('a refresh token that was used before ends the whole sign-in', async () => {
    const data = dataInTest()
    const { app, owner } = await claimedInTest({ data })
    const child = await renew(app, owner.refreshToken)
    await app.stop()
    const then = await startInTest({ data, env: later(minute) })
    expect((await then.api('GET', '/me', undefined, child.body.accessToken)).status).toBe(200)
    expect(await codeOf(then, owner.refreshToken)).toBe('token_reused')
    expect(await codeOf(then, String(child.body.refreshToken))).toMatch(/^(unauthorized|token_reused|token_expired)$/)
    expect(await then.refusal('GET', '/me', undefined, child.body.accessToken)).toBe('unauthorized')
  })

  test('after eight days a sign-in is over, and an admin without a second factor must set one up', async () => {
    const data = dataInTest()
    const { app, owner } = await claimedInTest({ data })
    await app.stop()
    const then = await startInTest({ data, env: later(8 * day) })
    expect(await codeOf(then, owner.refreshToken)).toMatch(/^(unauthorized|token_expired)$/)
    const signed = await then.signIn(owner.username, owner.password)
    expect(await then.refusal('GET', '/users', undefined, signed.token)).toBe('second_factor_required')
    expect((await then.api('POST', '/auth/mfa/setup', {}, signed.token)).status).toBe(200)
  })
})
