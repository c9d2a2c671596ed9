import { expect, test } from 'vitest'
import type { SignedIn } from '#protocol/person.ts'
import { ApiError } from '../../../ui/lib/api-error.ts'
import { createTokens } from '../../../ui/lib/tokens.ts'
import { aPerson } from '../things.ts'

const signedIn = (accessToken: string): SignedIn => ({ accessToken, expiresInMs: 900_000, person: aPerson() })

/** Tokens of one page, and the box that answers its refreshes: each waits until it is let go. */
const createPage = (early: Promise<Response> | null = null) => {
  const box = { asked: 0, now: 0, dropped: Promise.withResolvers<void>(), signedIn: Promise.withResolvers<void>() }
  const answers: (() => Response)[] = []
  const tokens = createTokens({
    fetch: async () => {
      box.asked += 1
      const answer = answers.shift()
      return answer ? answer() : Response.json(signedIn(`token ${box.asked}`))
    },
    now: () => box.now,
    early: () => {
      const mine = early
      early = null
      return mine
    },
    onPerson: () => box.signedIn.resolve(),
    onDropped: () => box.dropped.resolve(),
  })
  return { box, tokens, next: (answer: () => Response) => answers.push(answer) }
}
const refusal = (status: number, code: string) => () =>
  Response.json({ error: { code, message: 'Sign in again.' } }, { status })

test('a token is asked for once, however many wait for it', async () => {
  const { box, tokens } = createPage()
  expect(await Promise.all([tokens.fresh(), tokens.fresh(), tokens.renew()])).toEqual([
    ...['token 1', 'token 1', 'token 1'],
  ])
  expect(box.asked).toBe(1)
})

test('a token serves until shortly before its end', async () => {
  const { box, tokens } = createPage()
  await tokens.fresh()
  box.now = 879_999
  expect(await tokens.fresh()).toBe('token 1')
  box.now = 880_000
  expect(await tokens.fresh()).toBe('token 2')
})

test('who asks for a new one gets a new one', async () => {
  const { tokens } = createPage()
  await tokens.fresh()
  expect(await tokens.renew()).toBe('token 2')
})

test('a refresh that was sent early is not sent again', async () => {
  const { box, tokens } = createPage(Promise.resolve(Response.json(signedIn('early'))))
  expect(await tokens.fresh()).toBe('early')
  expect(box.asked).toBe(0)
})

test('a refresh that the box refuses means that nobody is signed in', async () => {
  const { tokens, next } = createPage()
  next(refusal(401, 'unauthorized'))
  expect(await tokens.fresh()).toBeNull()
})

test('a box that is in trouble signs nobody out', async () => {
  const { tokens, next } = createPage()
  next(refusal(503, 'internal'))
  await expect(tokens.fresh()).rejects.toBeInstanceOf(ApiError)
  expect(await tokens.fresh()).toBe('token 2')
})

test('a box that cannot be reached signs nobody out', async () => {
  const { tokens, next } = createPage()
  next(() => {
    throw new TypeError('no connection')
  })
  await expect(tokens.fresh()).rejects.toMatchObject({ code: 'offline' })
  expect(await tokens.fresh()).toBe('token 2')
})

test('a sign-in in one tab is one in the others', async () => {
  const [here, there] = [createPage(), createPage()]
  here.tokens.take(signedIn('shared'))
  await there.box.signedIn.promise
  expect(await there.tokens.fresh()).toBe('shared')
  expect(there.box.asked).toBe(0)
})

test('a sign-out in one tab is one in the others', async () => {
  const [here, there] = [createPage(), createPage()]
  here.tokens.drop(true)
  await there.box.dropped.promise
})
