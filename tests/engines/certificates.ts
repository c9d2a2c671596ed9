// tsyringe inside the x509 package wants it before it is loaded.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export type Identity = { cert: string; key: string }
export type Certificates = { ca: string; server: Identity; client: Identity }

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const serverUse = '1.3.6.1.5.5.7.3.1'
const clientUse = '1.3.6.1.5.5.7.3.2'
const dayMs = 86_400_000

/** An authority of its own, a server certificate for `address`, and a client certificate; in PEM, valid for a day. */
export async function makeCertificates(address: string): Promise<Certificates> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    serialNumber: '01',
    name: 'CN=Engine authority',
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  })
  const issue = (serialNumber: string, name: string, use: string) =>
    issueIdentity({ serialNumber, name, use, address, issuer: authority.subject, signingKey: keys.privateKey })
  const [server, client] = await Promise.all([issue('02', 'CN=Engine', serverUse), issue('03', 'CN=Client', clientUse)])
  return { ca: authority.toString('pem'), server, client }
}

type Request = {
  serialNumber: string
  name: string
  use: string
  address: string
  issuer: string
  signingKey: webcrypto.CryptoKey
}

async function issueIdentity(wanted: Request): Promise<Identity> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    serialNumber: wanted.serialNumber,
    subject: wanted.name,
    issuer: wanted.issuer,
    publicKey: keys.publicKey,
    signingKey: wanted.signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.ExtendedKeyUsageExtension([wanted.use]),
      new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: wanted.address }]),
    ],
  })
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { cert: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') }
}

function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - dayMs / 2), notAfter: new Date(Date.now() + dayMs / 2) }
}
