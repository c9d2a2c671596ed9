import { z } from 'zod'
import type { Routes } from '#protocol/api.ts'
import { appleProfile } from './apple-profile.ts'
import type { Ca } from './ca.ts'
import { derOf } from './certificate.ts'

const RootCertificate = z.object({ fingerprint: z.string(), notAfter: z.string(), pem: z.string() })

// No `attachment`: Firefox and Safari then offer to take the certificate in instead of saving a file.
const file = (body: string | Buffer, type: string, name: string) =>
  new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `inline; filename="${name}"`,
      'cache-control': 'no-cache',
    },
  })

type Root = Pick<Ca, 'rootPem' | 'rootFingerprint' | 'rootNotAfter'>

/** Hands out the root certificate to anybody: it is public, and who asks cannot have signed in over HTTPS yet. */
export const createCaRoutes =
  (deps: { ca: Root }): Routes =>
  (api) => {
    const { ca } = deps
    api.get(
      '/ca',
      {
        summary: 'The root certificate of this box',
        detail: 'Compare the fingerprint with the one on the screen of the box before you trust it.',
        access: 'public',
        answer: RootCertificate,
      },
      (): z.infer<typeof RootCertificate> => ({
        fingerprint: ca.rootFingerprint(),
        notAfter: new Date(ca.rootNotAfter()).toISOString(),
        pem: ca.rootPem(),
      }),
    )
    api.get('/ca/root.crt', { summary: 'The root certificate as DER', access: 'public' }, () =>
      file(derOf(ca.rootPem()), 'application/x-x509-ca-cert', 'belfry-root.crt'),
    )
    api.get('/ca/root.pem', { summary: 'The root certificate as PEM', access: 'public' }, () =>
      file(ca.rootPem(), 'application/x-pem-file', 'belfry-root.pem'),
    )
    api.get(
      '/ca/root.mobileconfig',
      { summary: 'The root certificate as a profile for iPhone, iPad and Mac', access: 'public' },
      () => file(appleProfile(derOf(ca.rootPem())), 'application/x-apple-aspen-config', 'belfry.mobileconfig'),
    )
  }
