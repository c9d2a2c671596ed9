import { z } from 'zod'
import { AppError } from '#protocol/errors.ts'

export const Credentials = z.strictObject({
  apiKey: z.string().trim().min(1, 'Paste an API key of the server.').max(500),
})
export const Options = z.strictObject({ visibleToViewers: z.boolean().optional() })

const badUrl = (why: string) => new AppError('invalid_request', `url: ${why}`)

/**
 * Takes an address as people have it: without a scheme, or copied from the browser on the server's own page.
 * `name` is what people call the server, `example` an address of one.
 */
export const urlParser =
  (name: string, example: string) =>
  (text: string): string => {
    const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
    if (!URL.canParse(full)) throw badUrl(`This is not an address such as ${example}.`)
    const url = new URL(full)
    if (!/^https?:$/.test(url.protocol)) throw badUrl(`${name} is reached by http or https.`)
    if (url.username || url.password) throw badUrl('The address must not carry a name or a password.')
    return `${url.origin}${url.pathname.replace(/\/web(\/.*)?$/, '').replace(/\/+$/, '')}`
  }
