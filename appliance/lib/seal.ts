import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** A 256-bit master key and its short name, which every sealed text carries. */
export interface MasterKey {
  id: string
  key: Buffer
}

export const masterKeyOf = (key: Buffer): MasterKey => ({
  id: createHash('sha256').update(key).digest('hex').slice(0, 8),
  key,
})

const encrypt = (key: Buffer, plain: Buffer, context: string): string => {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
}

const decrypt = (key: Buffer, sealed: string, context: string): Buffer => {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}

const parts = (sealed: string): [string, string, string] => {
  const [version, keyId, wrapped, body] = sealed.split('.')
  if (version !== 'b1' || !keyId || !wrapped || !body) throw new Error('This is not a sealed text of Belfry.')
  return [keyId, wrapped, body]
}

/** The short name of the master key that a sealed text needs. */
export const keyNameOf = (sealed: string): string => parts(sealed)[0]

/** Seals a text under a key of its own, which the master key wraps; `context` must be the same on opening. */
export const seal = (master: MasterKey, plain: string, context: string): string => {
  const itemKey = randomBytes(32)
  return `b1.${master.id}.${encrypt(master.key, itemKey, context)}.${encrypt(itemKey, Buffer.from(plain), context)}`
}

const keyNamed = (masters: readonly MasterKey[], id: string): MasterKey => {
  const master = masters.find((one) => one.id === id)
  if (!master) throw new Error(`Sealed with master key ${id}, which is not here.`)
  return master
}

/** Opens what `seal` made. Throws when the key is not here, or the text or its context was changed. */
export const unseal = (masters: readonly MasterKey[], sealed: string, context: string): string => {
  const [keyId, wrapped, body] = parts(sealed)
  const itemKey = decrypt(keyNamed(masters, keyId).key, wrapped, context)
  return decrypt(itemKey, body, context).toString()
}

/** Wraps the item's key with `next`; the sealed text itself is not touched. */
export const rewrap = (masters: readonly MasterKey[], next: MasterKey, sealed: string, context: string): string => {
  const [keyId, wrapped, body] = parts(sealed)
  const itemKey = decrypt(keyNamed(masters, keyId).key, wrapped, context)
  return `b1.${next.id}.${encrypt(next.key, itemKey, context)}.${body}`
}
