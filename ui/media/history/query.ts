import type { Query } from '../../lib/api.ts'
import type { App } from '../../lib/app.ts'
import { endOfDay, startOfDay } from '../../people/audit/days.ts'

export const filterNames = ['q', 'viewer', 'source', 'kind', 'decision', 'from', 'to'] as const
export type Filters = Record<(typeof filterNames)[number], string>

/** The filters as the address has them; `from` and `to` are days. */
export const filtersOf = ({ router }: App): Filters => {
  const query = router.query.value
  return Object.fromEntries(filterNames.map((name) => [name, query.get(name) ?? ''])) as Filters
}

export const isFiltered = (filters: Filters): boolean => filterNames.some((name) => filters[name] !== '')

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())

/** What the API takes: days become instants of the site's zone, and the last of them counts whole. */
export const apiQuery = ({ source, kind, from, to, ...rest }: Filters, zone: string | undefined): Query => {
  const end = endOfDay(to, zone)
  return {
    ...rest,
    ...{ sourceId: source, mediaType: kind },
    from: iso(startOfDay(from, zone)),
    to: iso(end === null ? null : end + 1),
  }
}

/** A play in the address: when it began and its number, so that it is found without the list around it. */
export const keyOf = ({ startedAt, id }: { startedAt: string; id: string }): string => `${Date.parse(startedAt)}.${id}`

export const placeOf = (key: string): { id: string; from: string; to: string } | null => {
  const [, at, id] = /^(\d{1,13})\.(.+)$/.exec(key) ?? []
  if (at === undefined || id === undefined) return null
  return { id, from: new Date(Number(at)).toISOString(), to: new Date(Number(at) + 1).toISOString() }
}
