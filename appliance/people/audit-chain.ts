import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import type { AuditStore, ChainRow, Mark } from './store-audit.ts'

export interface AuditCheck {
  ok: boolean
  /** Links of the chain that were compared. */
  checked: number
  /** The first thing that is not as it was written; null when all is well. */
  problem: { entryId: number | null; reason: string } | null
}

type End = Omit<Mark, 'mac'>
type EndName = 'anchor' | 'head'

const origin: End = { seq: 0, hash: '0'.repeat(64) }
const atOnce = 500

/** A link covers the one before it and the texts of its entry: opening one, the opening; closing one, both. */
const linkHash = (previous: string, seq: number, entryId: number, texts: readonly string[]): string =>
  createHash('sha256')
    .update([previous, seq, entryId, ...texts].join('\n'))
    .digest('hex')

/** The two ends of the chain, each with a MAC under a key of the vault: who can only write the file cannot move them. */
const createEnds = (store: AuditStore, key: () => Buffer) => {
  const mac = (name: EndName, { seq, hash }: End) =>
    createHmac('sha256', key()).update(`${name}\n${seq}\n${hash}`).digest()
  return {
    get: (name: EndName): End => store.mark(name) ?? origin,
    set: (name: EndName, end: End) => store.setMark(name, { ...end, mac: mac(name, end).toString('hex') }),
    isTrue: (name: EndName) => {
      const mark = store.mark(name)
      if (!mark) return name === 'anchor' || store.chain(0, 1).length === 0
      const claimed = Buffer.from(mark.mac, 'hex')
      return claimed.length === 32 && timingSafeEqual(mac(name, mark), claimed)
    },
  }
}
type Ends = ReturnType<typeof createEnds>

const textsOf = (store: AuditStore, link: ChainRow): string[] | string => {
  const row = store.entry(link.entryId)
  if (!row) return 'The entry is gone.'
  if (link.seq === link.entryId) return [row.opened]
  if (row.closed === null || row.closedSeq !== link.seq) return 'The completion is gone or is not the one written.'
  return [row.opened, row.closed]
}

const problemAt = (store: AuditStore, previous: End, link: ChainRow): string | null => {
  if (link.seq !== previous.seq + 1) return 'A link of the chain is missing before this one.'
  const texts = textsOf(store, link)
  if (typeof texts === 'string') return texts
  const expected = linkHash(previous.hash, link.seq, link.entryId, texts)
  return expected === link.hash ? null : 'The entry is not what was written.'
}

const problemAtEnd = async (store: AuditStore, head: End, last: End): Promise<AuditCheck['problem']> => {
  if (last.seq < head.seq || (last.seq === head.seq && last.hash !== head.hash)) {
    return { entryId: null, reason: 'The newest entries are gone.' }
  }
  const ids = store.ends()
  for (let from = ids?.first ?? 0; ids && from <= ids.last; from += atOnce) {
    const stray = store.stray(from, from + atOnce)
    if (stray !== null) return { entryId: stray, reason: 'The chain does not know this entry as it stands.' }
    await breathe()
  }
  return null
}

/** Compares every link with its entry; lets others run every few hundred. */
const createVerify = (store: AuditStore, ends: Ends) => async (): Promise<AuditCheck> => {
  let last = ends.get('anchor')
  let checked = 0
  const found = (problem: AuditCheck['problem']): AuditCheck => ({ ok: problem === null, checked, problem })
  if (!ends.isTrue('anchor') || !ends.isTrue('head')) {
    return found({ entryId: null, reason: 'An end of the chain was moved.' })
  }
  for (let links = store.chain(last.seq, atOnce); links.length > 0; links = store.chain(last.seq, atOnce)) {
    for (const link of links) {
      const reason = problemAt(store, last, link)
      if (reason) return found({ entryId: link.entryId, reason })
      last = link
      checked += 1
    }
    await breathe()
  }
  return found(await problemAtEnd(store, ends.get('head'), last))
}

export const createAuditChain = (store: AuditStore, key: () => Buffer) => {
  const ends = createEnds(store, key)

  /** Inside a transaction. Answers the link's number, which is also the id of the entry that it opens. */
  const append = (entryId: number | null, write: (seq: number) => readonly string[]): number => {
    const head = ends.get('head')
    const seq = head.seq + 1
    const hash = linkHash(head.hash, seq, entryId ?? seq, write(seq))
    store.link({ seq, entryId: entryId ?? seq, hash })
    ends.set('head', { seq, hash })
    return seq
  }

  /** Forgets what is older; the chain goes on from the last link that went. Answers how many entries went. */
  const prune = (before: number): number =>
    store.atomically(() => {
      const last = (store.firstSeqSince(before) ?? ends.get('head').seq + 1) - 1
      const hash = store.hashAt(last)
      if (hash === undefined) return 0
      ends.set('anchor', { seq: last, hash })
      return store.cutUpTo(last)
    })

  return { append, prune, verify: createVerify(store, ends) }
}
