import { randomBytes, randomInt } from 'node:crypto'
import { hash, hashSync, parseOptions, verify } from '@node-rs/argon2'
import { AppError } from '#protocol/errors.ts'

export interface PasswordCost {
  memoryKib: number
  passes: number
  lanes: number
}

/** What OWASP asks of argon2id; two at a time stay under 40 MiB and leave a Pi a core. */
export const defaultCost: PasswordCost = { memoryKib: 19_456, passes: 2, lanes: 1 }

const argon2id = 2
const maxAtOnce = 2
const maxWaiting = 32
/** Without those that look like another: 0 O, 1 I L, U V. */
const clearAlphabet = '23456789ABCDEFGHJKMNPQRSTWXYZ'

/** A random text that a person can read aloud: groups of four with dashes between. */
export const readable = (groups: number): string =>
  Array.from({ length: groups }, () =>
    Array.from({ length: 4 }, () => clearAlphabet[randomInt(clearAlphabet.length)]).join(''),
  ).join('-')

/** The same password typed on another system may come in other code points. */
const typed = (password: string) => password.normalize('NFKC')

/** Runs at most `atOnce` works together and lets `waiting` more wait. Throws `unavailable` beyond. */
export const createGate = (atOnce: number, waiting: number) => {
  const queue: (() => void)[] = []
  let running = 0
  const enter = async () => {
    if (running < atOnce) {
      running += 1
      return
    }
    if (queue.length >= waiting) {
      throw new AppError('unavailable', 'Too many people sign in at this moment. Try again in a second.', {
        retryAfterS: 1,
      })
    }
    await new Promise<void>((resolve) => queue.push(resolve))
  }
  const leave = () => {
    const next = queue.shift()
    if (next) next()
    else running -= 1
  }
  return async <T>(work: () => Promise<T>): Promise<T> => {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}

export const createPasswords = (cost: PasswordCost = defaultCost) => {
  const gate = createGate(maxAtOnce, maxWaiting)
  const options = {
    algorithm: argon2id,
    memoryCost: cost.memoryKib,
    timeCost: cost.passes,
    parallelism: cost.lanes,
  }
  const unpadded = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '')
  /** Well formed and of nobody's password: comparing with it costs what a real one costs. */
  const nobody = `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}$${unpadded(16)}$${unpadded(32)}`
  return {
    hash: (password: string) => gate(() => hash(typed(password), options)),
    /** Holds up the whole process: for the command line only. */
    hashNow: (password: string) => hashSync(typed(password), options),
    /** An unknown person's password takes as long to refuse as a known one's. */
    matches: async (known: string | null, password: string): Promise<boolean> => {
      const same = await gate(() => verify(known ?? nobody, typed(password)))
      return same && known !== null
    },
    isWeaker: (known: string): boolean => {
      const { memoryCost, timeCost, parallelism, algorithm } = parseOptions(known)
      return (
        algorithm !== argon2id || memoryCost < cost.memoryKib || timeCost < cost.passes || parallelism !== cost.lanes
      )
    },
    isSame: (a: string, b: string) => typed(a) === typed(b),
  }
}
export type Passwords = ReturnType<typeof createPasswords>
