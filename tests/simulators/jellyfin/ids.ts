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

/** Seven fraction digits, as .NET writes its times. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z')
}

export const NEVER = '0001-01-01T00:00:00.0000000Z'
