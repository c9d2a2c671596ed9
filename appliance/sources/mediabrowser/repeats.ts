/** Tells frames that say the same as the one before, by their text: nothing of them is parsed. */
export interface Repeats {
  isOne(text: string): boolean
  /** The next frame counts as news whatever it says. */
  forget(): void
}

/** Each frame has an id of its own. */
const ownId = /"MessageId":"[^"]*",?/

export const createRepeats = (): Repeats => {
  let last: string | null = null
  return {
    isOne: (text) => {
      if (!text.includes('"MessageType":"Sessions"')) return false
      const said = text.replace(ownId, '')
      const isSame = said === last
      last = said
      return isSame
    },
    forget: () => {
      last = null
    },
  }
}
