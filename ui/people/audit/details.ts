import type { AuditEntry } from '#protocol/audit.ts'
import { html } from '../../lib/html.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return 'nothing'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}

const spaced = (name: string) =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_.-]/g, ' ')
    .toLowerCase()

interface Change {
  name: string
  before: string
  after: string
}

/** `before` and `after` side by side, only where they differ; null when the entry has no such pair. */
export const changesIn = ({ before, after }: Record<string, unknown>): Change[] | null => {
  if (before === undefined || after === undefined) return null
  if (!isRecord(before) || !isRecord(after)) return [{ name: 'value', before: textOf(before), after: textOf(after) }]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => ({ name: spaced(name), before: textOf(before[name]), after: textOf(after[name]) }))
    .filter((change) => change.before !== change.after)
}

const Changes = ({ changes }: { changes: readonly Change[] }) =>
  html`<table class="table changes"><caption class="sr">What changed</caption>
    <thead><tr><th scope="col">Setting</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
    <tbody>${changes.map(({ name, before, after }) => html`<tr key=${name}><th scope="row">${name}</th><td>${before}</td><td><b>${after}</b></td></tr>`)}</tbody>
  </table>`

/** What else is known of one entry. */
export const Details = ({ entry }: { entry: AuditEntry }) => {
  const changes = changesIn(entry.details)
  const rest = Object.entries(entry.details).filter(([name]) => changes === null || !['before', 'after'].includes(name))
  if (!changes && rest.length === 0) return null
  return html`${changes && changes.length > 0 ? html`<${Changes} changes=${changes} />` : null}
    ${changes?.length === 0 ? html`<p class="hint">It was saved as it was before.</p>` : null}
    ${
      rest.length > 0
        ? html`<dl class="facts">${rest.map(([name, value]) => html`<dt>${spaced(name)}</dt><dd class="mono">${textOf(value)}</dd>`)}</dl>`
        : null
    }`
}
