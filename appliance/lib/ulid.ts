import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A lower-case ULID: 48 bits of time in ms, then 80 random bits; sorts by creation. */
export const ulid = (now: number = Date.now()): string => {
  let time = ''
  for (let left = now, i = 0; i < 10; i++, left = Math.floor(left / 32)) time = alphabet[left % 32] + time
  let random = ''
  for (const byte of randomBytes(16)) random += alphabet[byte % 32]
  return time + random
}
