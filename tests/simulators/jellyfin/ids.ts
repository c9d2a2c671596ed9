import { createHash } from 'node:crypto'

export const EMPTY_ID = '0'.repeat(32)

/** 32 hexadecimal digits that are always the same for the same text. */
export function idOf(text: string): string {
  return createHash('md5').update(Buffer.from(text, 'utf16le')).digest('hex')
}

/** The id without dashes in lower case, or null when it is none. */
export function parseId(text: string): string | null {
  const plain = text.replaceAll('-', '').toLowerCase()
  return /^[0-9a-f]{32}$/.test(plain) ? plain : null
}

/** A repeatable stream of numbers in 0..1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Hexadecimal digits drawn from `random`. */
export function randomHex(random: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
}

/** Seven fraction digits, as .NET writes its times. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z')
}

export const NEVER = '0001-01-01T00:00:00.0000000Z'
