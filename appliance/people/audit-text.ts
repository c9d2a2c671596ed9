import type { AuditEntry } from '#protocol/audit.ts'
import { redactText } from '../lib/log.ts'

const secretName =
  /pass(word|phrase)|secret|token|api_?key|authorization|cookie|credential|private_?key|totp|recovery|^(code|key|next|current)$/i
const longest = 1000

/** Details as they may be kept: no secrets, no endless texts, nothing deep. */
export const clean = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value).slice(0, longest)
  if (value === null || typeof value !== 'object') return value
  if (depth > 4) return '…'
  if (Array.isArray(value)) return value.slice(0, 100).map((one) => clean(one, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 100)
      .map(([name, one]) => [name, secretName.test(name) && typeof one !== 'boolean' ? '***' : clean(one, depth + 1)]),
  )
}

const sorted = (_name: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** One text for one content: names sorted, no spaces. */
export const canonical = (value: unknown): string => JSON.stringify(value, sorted)

/** A spreadsheet runs a cell that starts like a formula: an apostrophe makes it a text. */
const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : String(value)
  const safe = /^[\s\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u.test(text) ? `'${text}` : text
  return /[",\r\n;]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe
}

const columns = [
  ...['id', 'at', 'actor', 'actorId', 'via', 'address', 'agent', 'action'],
  ...['targetKind', 'targetId', 'targetName', 'outcome', 'completedAt', 'details', 'hash'],
]

export const csvHead = `${columns.join(',')}\r\n`

export const csvLine = (e: AuditEntry): string =>
  `${[
    ...[e.id, e.at, e.actor.name, e.actor.id, e.actor.via, e.address, e.agent, e.action],
    ...[e.target?.kind, e.target?.id, e.target?.name, e.outcome, e.completedAt, JSON.stringify(e.details), e.hash],
  ]
    .map(cell)
    .join(',')}\r\n`
