import type { z } from 'zod'
import { AppError } from '#protocol/errors.ts'
import type { SourceBody } from '#protocol/source.ts'
import { adapters } from './registry.ts'

const check = (where: string, schema: z.ZodType, value: unknown) => {
  const issue = schema.safeParse(value).error?.issues[0]
  if (!issue) return
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = [where, ...issue.path, ...(unknown ? [unknown] : [])].join('.')
  throw new AppError('invalid_request', `${field}: ${unknown ? 'There is no such field.' : issue.message}`)
}

/** The body as its kind takes it, with the address in one form. Throws `invalid_request` with the field's name. */
export const checked = (body: SourceBody): SourceBody & { fingerprint: string | null } => {
  const adapter = adapters[body.kind]
  if (!adapter) throw new AppError('invalid_request', `kind: ${body.kind} cannot be added yet.`)
  check('credentials', adapter.credentials, body.credentials)
  check('options', adapter.options, body.options)
  return { ...body, url: adapter.parseUrl(body.url), fingerprint: body.fingerprint ?? null }
}

export const urlOf = (kind: SourceBody['kind'], url: string): string => adapters[kind]?.parseUrl(url) ?? url

/** What a change of which means another server, or a less protected way to it. */
export const serverOf = (url: string): string => {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${protocol === 'unix:' ? pathname : ''}`
}
