import type { Query } from '../../lib/api.ts'
import type { App } from '../../lib/app.ts'
import { endOfDay, startOfDay } from './days.ts'

export const filterNames = ['q', 'actor', 'action', 'target', 'outcome', 'from', 'to'] as const
export type Filters = Record<(typeof filterNames)[number], string>

/** The filters as the address has them; `from` and `to` are days. */
export const filtersOf = ({ router }: App): Filters => {
  const query = router.query.value
  return Object.fromEntries(filterNames.map((name) => [name, query.get(name) ?? ''])) as Filters
}

export const isFiltered = (filters: Filters): boolean => filterNames.some((name) => filters[name] !== '')

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())

/** What the API takes: days become instants of the site's zone. */
export const apiQuery = ({ from, to, ...rest }: Filters, zone: string | undefined): Query => ({
  ...rest,
  from: iso(startOfDay(from, zone)),
  to: iso(endOfDay(to, zone)),
})
