import { isIP } from 'node:net'
import { z } from 'zod'
import type { DiscoveredSource } from '#protocol/source.ts'

export type Found = Omit<DiscoveredSource, 'known'>

const name = z
  .string()
  .trim()
  .min(1)
  .transform((text) => text.slice(0, 80))
const identity = z.string().regex(/^[\w-]{1,100}$/)

const MediaBrowserAnswer = z.object({
  Address: z.string().max(300).nullish().catch(null),
  Id: identity,
  Name: name,
})

const host = (address: string) => (isIP(address) === 6 ? `[${address}]` : address)

/**
 * The address that the server names, unless that is an IP address other than the one it answered from: in a
 * container it names one that nobody else can reach.
 */
const urlOf = (named: string | null | undefined, sender: string): string => {
  const fallback = `http://${host(sender)}:8096`
  if (!named || !URL.canParse(named)) return fallback
  const url = new URL(named)
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) return fallback
  const isLocalName = url.hostname === 'localhost' || isIP(url.hostname.replace(/^\[|\]$/g, '')) > 0
  if (isLocalName) url.hostname = host(sender)
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return null
  }
}

/** Jellyfin and Emby answer alike; which of them it is follows from the question. */
export const parseMediaBrowser =
  (kind: 'jellyfin' | 'emby') =>
  (bytes: Buffer, sender: string): Found | null => {
    const answer = MediaBrowserAnswer.safeParse(parseJson(bytes)).data
    return answer ? { kind, name: answer.Name, url: urlOf(answer.Address, sender), identity: answer.Id } : null
  }

const GdmAnswer = z.object({
  'content-type': z.literal('plex/media-server'),
  name,
  port: z.coerce.number().int().min(1).max(65535),
  'resource-identifier': identity.nullish().catch(null),
})

/** Plex answers with the head of an HTTP answer. */
export const parseGdm = (bytes: Buffer, sender: string): Found | null => {
  const [status = '', ...lines] = bytes.toString().split(/\r?\n/)
  if (!/^HTTP\/1\.[01] 200/.test(status)) return null
  const fields = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':')
    return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]]
  })
  const answer = GdmAnswer.safeParse(Object.fromEntries(fields)).data
  if (!answer) return null
  const url = `http://${host(sender)}:${answer.port}`
  return { kind: 'plex', name: answer.name, url, identity: answer['resource-identifier'] ?? null }
}
