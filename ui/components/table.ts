import type { ComponentChildren } from 'preact'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { Icon } from './mark.ts'

export interface Column<T> {
  key: string
  title: string
  /** Said but not shown, for a column of buttons. */
  hidden?: boolean
  /** What the rows are sorted by; without it the column cannot be sorted. */
  by?: (item: T) => string | number | null
  cell: (item: T) => ComponentChildren
  /** `st` state, `w` a use with a meter, `n` a number, `full` the actions, `why` a sentence. */
  kind?: 'st' | 'w' | 'n' | 'full' | 'why' | 'beside'
  /** The row's name: one column has it. */
  name?: boolean
  width?: string
}

export interface Sort {
  key: string
  down: boolean
}

const compare = (a: string | number, b: string | number) =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), 'en', { numeric: true, sensitivity: 'base' })

/** What has no value stands last, whichever way the rest is sorted. */
export const sorted = <T>(items: readonly T[], columns: readonly Column<T>[], sort: Sort): T[] => {
  const by = columns.find(({ key }) => key === sort.key)?.by
  if (!by) return [...items]
  const factor = sort.down ? -1 : 1
  return [...items].sort((one, other) => {
    const [a, b] = [by(one), by(other)]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return factor * compare(a, b)
  })
}

/** The sort order, kept in the address so that a link shows the same list. Written `name` or `-name`. */
export const useSort = (first: string, param = 'sort'): [Sort, (key: string) => void] => {
  const { router } = useApp()
  const text = router.query.value.get(param) ?? first
  const sort = { key: text.replace(/^-/, ''), down: text.startsWith('-') }
  const choose = (key: string) => {
    const next = sort.key === key && !sort.down ? `-${key}` : key
    router.setQuery({ [param]: next === first ? null : next })
  }
  return [sort, choose]
}

const Head = <T>({
  column,
  sort,
  onSort,
}: {
  column: Column<T>
  sort?: Sort | undefined
  onSort?: ((key: string) => void) | undefined
}) => {
  const active = sort?.key === column.key
  const order = active ? (sort.down ? 'descending' : 'ascending') : undefined
  const text = column.hidden ? html`<span class="sr">${column.title}</span>` : column.title
  return html`<th role="columnheader" scope="col" aria-sort=${order} class=${column.kind === 'n' ? 'n' : undefined}>
    ${
      column.by && onSort
        ? html`<button type="button" onClick=${() => onSort(column.key)}>${text} ${active ? html`<${Icon} name=${sort.down ? 'up' : 'down'} />` : null}</button>`
        : text
    }
  </th>`
}

/**
 * Rows under sortable heads. `shape` says what becomes of it on a phone: `stack` for the entries with meters and
 * actions, `plain` for a list of columns. Page styles: `table`.
 */
export const Table = <T>(props: {
  caption: string
  columns: readonly Column<T>[]
  items: readonly T[]
  keyOf: (item: T) => string
  shape?: 'stack' | 'plain'
  sort?: Sort
  onSort?: (key: string) => void
  isSelected?: (item: T) => boolean
  fixed?: boolean
}) => {
  const { columns, items, sort } = props
  const rows = sort ? sorted(items, columns, sort) : items
  return html`<table class=${['table', props.shape ?? 'plain', props.fixed ? 'fixed' : ''].join(' ').trim()} role="table">
    <caption class="sr">${props.caption}</caption>
    ${props.fixed ? html`<colgroup>${columns.map(({ key, width }) => html`<col key=${key} style=${{ width }} />`)}</colgroup>` : null}
    <thead role="rowgroup"><tr role="row">${columns.map((column) => html`<${Head} key=${column.key} column=${column} sort=${sort} onSort=${props.onSort} />`)}</tr></thead>
    <tbody role="rowgroup">
      ${rows.map(
        (
          item,
        ) => html`<tr role="row" key=${props.keyOf(item)} aria-selected=${props.isSelected?.(item) ? 'true' : undefined}>
          ${columns.map((column) =>
            column.name
              ? html`<th role="rowheader" scope="row" key=${column.key}>${column.cell(item)}</th>`
              : html`<td role="cell" key=${column.key} class=${column.kind} data-label=${column.hidden ? '' : column.title}>${column.cell(item)}</td>`,
          )}
        </tr>`,
      )}
    </tbody>
  </table>`
}
