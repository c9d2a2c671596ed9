import { describe, expect, it, onTestFinished } from 'vitest'
import { AppError } from '#protocol/errors.ts'
import { createReader } from '../../appliance/store/reader.ts'
import { dataFolder, open } from './data-folder.ts'

const endless = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
const upTo = (last: number) =>
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last}) SELECT i FROM n`

const setUp = (caps: Parameters<typeof createReader>[1] = {}) => {
  const store = open(dataFolder())
  const reader = createReader(store.path, caps)
  onTestFinished(async () => {
    await reader.close()
    store.close()
  })
  return { store, reader }
}

const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'answered',
    (cause: unknown) => (cause instanceof AppError ? cause.code : String(cause)),
  )

describe('the reader', () => {
  it('reads what was committed, with parameters', async () => {
    const { store, reader } = setUp()
    store.db.prepare("INSERT INTO vitals (at, data) VALUES (1, '[]'), (2, '[]')").run()
    expect(await reader.all('SELECT at FROM vitals WHERE at > ?', [1])).toEqual([{ at: 2 }])
  })

  it('cannot write', async () => {
    const { reader } = setUp()
    await expect(reader.all('DELETE FROM vitals RETURNING at')).rejects.toThrow(/readonly/)
  })

  it('gives the rows up to its cap, and refuses above it', async () => {
    const { reader } = setUp({ maxRows: 10 })
    expect(await reader.all(upTo(10))).toHaveLength(10)
    expect(await codeOf(reader.all(upTo(11)))).toBe('payload_too_large')
  })

  it('leaves the event loop free, ends a question that takes too long, and answers the next', async () => {
    const { reader } = setUp({ timeoutMs: 1000 })
    let turns = 0
    const count = setInterval(() => turns++, 5)
    const [first, second] = await Promise.all([codeOf(reader.all(endless)), reader.all('SELECT 1 AS one')])
    clearInterval(count)
    expect(first).toBe('unavailable')
    expect(second).toEqual([{ one: 1 }])
    expect(turns).toBeGreaterThan(20)
  })

  it('tells a wrong query’s error and goes on', async () => {
    const { reader } = setUp()
    await expect(reader.all('SELECT nothing')).rejects.toThrow(/nothing/)
    expect(await reader.all('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('starts again after it ended of idleness', async () => {
    const { reader } = setUp({ idleMs: 1 })
    for (let i = 0; i < 3; i++) {
      expect(await reader.all('SELECT 1 AS one')).toEqual([{ one: 1 }])
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })

  it('streams more rows than its cap, with other questions in between, and lets go when the taker stops', async () => {
    const { store, reader } = setUp({ maxRows: 10 })
    let seen = 0
    for await (const { i } of reader.stream<{ i: number }>(upTo(3000))) {
      expect(i).toBe(++seen)
      if (seen === 700) expect(await reader.all('SELECT 1 AS one')).toEqual([{ one: 1 }])
    }
    expect(seen).toBe(3000)
    store.db.prepare("INSERT INTO vitals (at, data) VALUES (1, '[]')").run()
    for await (const _ of reader.stream(upTo(3000))) break
    await reader.all('SELECT 1')
    expect(store.db.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }])
  })

  it('cuts off a stream whose taker rests too long', async () => {
    const { reader } = setUp({ stallMs: 10 })
    const rows = reader.stream(upTo(3000))
    await rows.next()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const rest = async () => {
      for await (const _ of rows);
    }
    expect(await codeOf(rest())).toBe('unavailable')
  })

  it('refuses questions after it was closed', async () => {
    const { reader } = setUp()
    await reader.close()
    expect(await codeOf(reader.all('SELECT 1'))).toBe('unavailable')
  })
})
