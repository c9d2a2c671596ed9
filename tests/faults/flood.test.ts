import { expect, test } from 'vitest'
import { claimedInTest, startInTest } from '../system/running.ts'

test('guessing at a password is slowed down with Retry-After, and the right one elsewhere goes on', async () => {
  const { app, owner } = await claimedInTest()
  const guess = () => app.api('POST', '/auth/login', { username: owner.username, password: 'a wrong guess' })
  let answer = await guess()
  for (let tries = 0; tries < 40 && answer.status === 401; tries += 1) answer = await guess()
  expect(answer.status).toBe(429)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await app.api('GET', '/me', undefined, owner.token)).status).toBe(200)
})

test('a stranger has a hundred calls a minute, a person six hundred', async () => {
  const { app, owner } = await claimedInTest()
  const count = async (limit: number, token?: string) => {
    const answers = await Promise.all(
      Array.from({ length: limit + 40 }, () => app.api('GET', token ? '/me' : '/status', undefined, token)),
    )
    return answers.filter(({ status }) => status === 429)
  }
  const strangers = await count(100)
  expect(strangers.length).toBeGreaterThanOrEqual(40)
  expect(Number(strangers[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  const persons = await count(600, owner.token)
  expect(persons.length).toBeGreaterThanOrEqual(40)
  expect(persons.length).toBeLessThan(60)
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
})

test('claiming by guessing is slowed down too', async () => {
  const app = await startInTest()
  const guess = (index: number) =>
    app.api('POST', '/claim', { code: `GUESS-${index}`, username: 'Mallory', password: 'a long password' })
  let last = await guess(0)
  for (let tries = 1; tries < 60 && last.status === 403; tries += 1) last = await guess(tries)
  expect(last.status).toBe(429)
})
