/** Letters and digits that nobody mixes up when they are read aloud or from paper. */
const signs = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Four groups of four, about 79 bits: enough for the one sign-in that it opens. */
export const oneTimePassword = (): string => {
  const one = (): string => {
    const byte = crypto.getRandomValues(new Uint8Array(1))[0] ?? 0
    return byte < signs.length * 8 ? (signs[byte % signs.length] ?? one()) : one()
  }
  const group = () => Array.from({ length: 4 }, one).join('')
  return Array.from({ length: 4 }, group).join('-')
}
