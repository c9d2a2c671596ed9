const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const always: Record<string, string> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
}

/**
 * Adds what every answer carries. Strict-Transport-Security only on a public https name: on a home network
 * it would lock people out of the plain port for a year when they give the certificate up.
 */
export const secured = (answer: Response, strictTransport: boolean): Response => {
  for (const [name, value] of Object.entries(always)) if (!answer.headers.has(name)) answer.headers.set(name, value)
  if (strictTransport) answer.headers.set('strict-transport-security', 'max-age=31536000')
  return answer
}
