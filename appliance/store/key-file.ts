import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { BootError } from '../lib/boot-error.ts'
import { type MasterKey, masterKeyOf } from '../lib/seal.ts'
import { writeDurably } from './durable.ts'

/** The master keys in a file, one a line; the first one seals, the others only open. */
export interface KeyFile {
  /** What the file holds now; read again only when it was replaced. */
  read(): readonly MasterKey[]
  write(keys: readonly MasterKey[]): void
  /** Keys of before, which only older backups need: those in the file named `.retired` beside it. */
  retired(): readonly MasterKey[]
  retire(keys: readonly MasterKey[]): void
}

export const readKeys = (file: string): MasterKey[] => {
  const keys = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => Buffer.from(line, 'base64url'))
  if (keys.length === 0 || keys.some((key) => key.length !== 32)) {
    throw new BootError(`${file} is not a master key of Belfry: it must hold 32 bytes in base64url, one key a line.`)
  }
  return keys.map(masterKeyOf)
}

const stampOf = (file: string): string | null => {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size}` : null
}

const writeKeys = (file: string, keys: readonly MasterKey[]) => {
  writeDurably(file, keys.map(({ key }) => `${key.toString('base64url')}\n`).join(''), 0o400)
  chmodSync(file, 0o400)
}

export const openKeyFile = (file: string): KeyFile => {
  let stamp: string | null = null
  let keys: readonly MasterKey[] = []
  const retired = () => (existsSync(`${file}.retired`) ? readKeys(`${file}.retired`) : [])
  return {
    read: () => {
      const seen = stampOf(file)
      if (seen !== null && seen !== stamp) {
        keys = readKeys(file)
        stamp = seen
      }
      if (keys.length === 0) throw new BootError(`The master key ${file} is missing.`)
      return keys
    },
    write: (next) => writeKeys(file, next),
    retired,
    retire: (more) => {
      const known = retired()
      const fresh = more.filter(({ id }) => !known.some((one) => one.id === id))
      if (fresh.length > 0) writeKeys(`${file}.retired`, [...known, ...fresh])
    },
  }
}

export const hasKeyFile = (file: string): boolean => existsSync(file)
