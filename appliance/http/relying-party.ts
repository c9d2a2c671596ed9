import { isIP } from 'node:net'

/**
 * Who this box is to a browser that makes passkeys, by the host name it was asked under; null at a bare address,
 * where WebAuthn does not work. Only localhost may go without https.
 */
export const relyingPartyOf = (siteName: () => string, publicUrl: URL | null) => (request: Request) => {
  const host = request.headers.get('host') ?? ''
  if (!URL.canParse(`https://${host}`)) return null
  const { hostname } = new URL(`https://${host}`)
  if (isIP(hostname.replace(/^\[|\]$/g, ''))) return null
  const origins = [`https://${host}`, ...(hostname === 'localhost' ? [`http://${host}`] : [])]
  if (publicUrl?.hostname === hostname) origins.push(publicUrl.origin)
  return { id: hostname, origins, name: siteName() }
}
