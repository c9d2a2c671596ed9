import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

interface Lies {
  origin?: string
  rpId?: string
  verified?: boolean
  counter?: number
  challenge?: string
  userHandle?: string
}

/** A passkey in software: what a browser and its authenticator answer, and lies where a test asks for them. */
export const createAuthenticator = (origin = 'https://belfry.local', rpId = 'belfry.local') => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  const id = randomBytes(24)
  let counter = 0
  let owner = ''

  const clientData = (type: string, challenge: string, lies: Lies) =>
    Buffer.from(JSON.stringify({ type, challenge: lies.challenge ?? challenge, origin: lies.origin ?? origin }))
  const head = (flags: number, lies: Lies) => {
    counter = lies.counter ?? counter + 1
    const user = lies.verified === false ? 0x01 : 0x05
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.from([flags | user]), u32(counter)])
  }
  const coseKey = () =>
    isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(jwk.x ?? '', 'base64url'))],
        [-3, new Uint8Array(Buffer.from(jwk.y ?? '', 'base64url'))],
      ]),
    )

  return {
    id: b64(id),
    create: (options: { challenge: string; user: { id: string } }, lies: Lies = {}) => {
      owner = options.user.id
      const length = Buffer.from([0, id.length])
      const authData = Buffer.concat([head(0x40, lies), Buffer.alloc(16), length, id, coseKey()])
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ])
      return {
        ...{ id: b64(id), rawId: b64(id), type: 'public-key', clientExtensionResults: {} },
        authenticatorAttachment: 'platform',
        response: {
          clientDataJSON: b64(clientData('webauthn.create', options.challenge, lies)),
          attestationObject: b64(isoCBOR.encode(attestation as never)),
          transports: ['internal'],
        },
      }
    },
    get: (options: { challenge: string }, lies: Lies = {}) => {
      const client = clientData('webauthn.get', options.challenge, lies)
      const authData = head(0, lies)
      const signature = sign('sha256', Buffer.concat([authData, sha256(client)]), privateKey)
      return {
        ...{ id: b64(id), rawId: b64(id), type: 'public-key', clientExtensionResults: {} },
        response: {
          clientDataJSON: b64(client),
          authenticatorData: b64(authData),
          signature: b64(signature),
          userHandle: lies.userHandle ?? owner,
        },
      }
    },
  }
}
