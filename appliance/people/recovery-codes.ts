import { createHmac, randomInt } from 'node:crypto'
import type { Keys } from './keys.ts'
import type { PeopleStore } from './store.ts'

const alphabet = '23456789abcdefghjkmnpqrstwxyz'
const howMany = 10

const newCode = () => {
  const letters = Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

/** Codes on paper for the day the phone is lost: kept as hashes under a key of the vault, each good once. */
export const createRecoveryCodes = ({ store, keys }: { store: PeopleStore; keys: Keys }) => {
  const hashOf = (code: string) =>
    createHmac('sha256', keys('recovery-code')).update(code.toLowerCase().replace(/[\s-]/g, '')).digest('hex')
  return {
    use: (personId: string, code: string): boolean => store.factors.useCode(personId, hashOf(code)),
    /** Inside a transaction. The old ones stop working; these are shown now and never again. */
    renew: (personId: string): string[] => {
      const codes = Array.from({ length: howMany }, newCode)
      store.factors.replaceCodes(personId, codes.map(hashOf))
      return codes
    },
    left: (personId: string): number => store.factors.codesLeft(personId),
  }
}
export type RecoveryCodes = ReturnType<typeof createRecoveryCodes>
