import 'reflect-metadata'
import { createHash, createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

export const dayMs = 86_400_000
/** How far back every certificate starts: the clock of the one who checks it may be behind. */
export const backdatedMs = dayMs
/** Browsers refuse server certificates above 398 days; this is the whole life, the backdated day included. */
export const serverLifeMs = 397 * dayMs
const issuingLifeMs = 5 * 365 * dayMs
const rootLifeMs = 20 * 365 * dayMs

/** A certificate and its private key, both as PEM. `notBefore` and `notAfter` are ms UTC. */
export interface Signed {
  pem: string
  key: string
  notBefore: number
  notAfter: number
}
type Signer = Pick<Signed, 'pem' | 'key' | 'notAfter'>

// P-256 at every level: a thousand devices that come back at once cost the box one check per level each,
// and P-384 is several times dearer without being what an attacker would break.
const curve = { name: 'ECDSA', namedCurve: 'P-256' }
const signing = { name: 'ECDSA', hash: 'SHA-256' }

const newKeys = () => webcrypto.subtle.generateKey(curve, true, ['sign', 'verify'])
const pemOf = (key: webcrypto.CryptoKey) => KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
const signingKeyOf = (pem: string) => createPrivateKey(pem).toCryptoKey(curve, false, ['sign'])
const authority = (pathLength: number) => [
  new BasicConstraintsExtension(true, pathLength, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
]

/** 127 random bits: positive, and within the 20 octets that RFC 5280 allows. */
const newSerial = () => {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

interface Wanted {
  subject: string
  publicKey: webcrypto.CryptoKey | PublicKey
  notBefore: number
  notAfter: number
  extensions: Extension[]
}

/** Signs what is wanted with `issuer`; never outlives it. */
const sign = async (issuer: Signer, wanted: Wanted) => {
  const parent = new X509Certificate(issuer.pem)
  const notAfter = Math.min(wanted.notAfter, issuer.notAfter)
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: newSerial(),
      subject: wanted.subject,
      issuer: parent.subject,
      notBefore: new Date(wanted.notBefore),
      notAfter: new Date(notAfter),
      signingAlgorithm: signing,
      publicKey: wanted.publicKey,
      signingKey: signingKeyOf(issuer.key),
      extensions: [
        ...wanted.extensions,
        await SubjectKeyIdentifierExtension.create(wanted.publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(parent, false, webcrypto),
      ],
    },
    webcrypto,
  )
  return { pem: `${certificate.toString('pem')}\n`, notBefore: wanted.notBefore, notAfter }
}

/**
 * The root that people and devices trust: 20 years, one level below it. `from` is when it starts to be valid.
 *
 * It carries no name constraints. Device certificates bear an id as their common name, which OpenSSL takes for a
 * host name and refuses under any; and what a box is called (its own name, the router's domain, a public name)
 * changes within 20 years, when a new root would have to be installed on every phone. What limits the damage is
 * that the issuing CA is good for TLS only, and that both keys are sealed.
 */
export const makeRoot = async (from: number, at: number): Promise<Signed> => {
  const keys = await newKeys()
  // Two boxes in one house must not look alike in a list of trusted roots.
  const name = `O=Belfry, CN=Belfry Root ${randomBytes(3).toString('hex')}`
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerial(),
      name,
      keys,
      notBefore: new Date(from),
      notAfter: new Date(at + rootLifeMs),
      signingAlgorithm: signing,
      extensions: [...authority(1), await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto)],
    },
    webcrypto,
  )
  const pem = `${certificate.toString('pem')}\n`
  return { pem, key: pemOf(keys.privateKey), notBefore: from, notAfter: at + rootLifeMs }
}

/** The CA that signs servers and devices: 5 years, no CA below it, TLS only. */
export const makeIssuing = async (root: Signer, at: number): Promise<Signed> => {
  const keys = await newKeys()
  const certificate = await sign(root, {
    subject: `O=Belfry, CN=Belfry Issuing ${randomBytes(3).toString('hex')}`,
    publicKey: keys.publicKey,
    notBefore: at - backdatedMs,
    notAfter: at - backdatedMs + issuingLifeMs,
    extensions: [
      ...authority(0),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    ],
  })
  return { ...certificate, key: pemOf(keys.privateKey) }
}

/** A server certificate for host names and addresses. */
export const makeServer = async (issuing: Signer, names: readonly string[], at: number): Promise<Signed> => {
  const keys = await newKeys()
  const certificate = await sign(issuing, {
    subject: 'O=Belfry, CN=Belfry',
    publicKey: keys.publicKey,
    notBefore: at - backdatedMs,
    notAfter: at - backdatedMs + serverLifeMs,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
    ],
  })
  return { ...certificate, key: pemOf(keys.privateKey) }
}

/** The DER bytes of the first certificate in a PEM text. */
export const derOf = (pem: string): Buffer => Buffer.from(new X509Certificate(pem).rawData)

/** SHA-256 over the certificate, in upper-case pairs with colons, as browsers show it. */
export const fingerprintOf = (pem: string): string =>
  createHash('sha256')
    .update(derOf(pem))
    .digest('hex')
    .toUpperCase()
    .replace(/..(?!$)/g, '$&:')
