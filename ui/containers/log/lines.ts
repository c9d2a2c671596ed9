import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { LogLine } from '#protocol/container.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { createRows } from './rows.ts'
import type { LogView } from './view.ts'

const rowHeight = 20
const spare = 20

/** The text with what is searched for set off. */
const Marked = ({ text, find }: { text: string; find: string }) => {
  if (find === '') return html`${text}`
  const parts: unknown[] = []
  const lower = text.toLowerCase()
  let from = 0
  for (let at = lower.indexOf(find); at !== -1; at = lower.indexOf(find, from)) {
    parts.push(text.slice(from, at), html`<mark>${text.slice(at, at + find.length)}</mark>`)
    from = at + find.length
  }
  return html`${parts}${text.slice(from)}`
}

const Row = (props: { line: LogLine; find: string; tell: boolean; isHit: boolean }) => {
  const { times } = useApp()
  const { line, find, tell, isHit } = props
  const ink = tell && line.stream === 'err' ? 'attention' : undefined
  return html`<li data-hit=${isHit ? '' : undefined}>
    <time datetime=${line.at ?? undefined} title=${line.at ? times.full(line.at) : undefined}>${line.at ? times.clock(line.at) : '–'}</time>
    <span>${line.stream}</span><span data-state=${ink}><${Marked} text=${line.text} find=${find} /></span>
  </li>`
}

/** Columns of text that fit, measured on a hidden row of the same shape. */
const columnsIn = (scroller: HTMLElement): number => {
  const text = scroller.querySelector<HTMLElement>('.log-probe span:last-child')
  const sample = text?.querySelector('i')
  const width = (sample?.getBoundingClientRect().width ?? 0) / 10
  return text && width > 0 ? Math.floor(text.clientWidth / width + 0.01) : 80
}

/** What is in sight of the scroller, kept as it scrolls or changes its size. */
const useWindow = (ref: { current: HTMLDivElement | null }, onUser: (up: boolean, atEnd: boolean) => void) => {
  const shown = useSignal({ top: 0, height: 400, columns: 80 })
  const lastTop = useRef(0)
  useEffect(() => {
    const scroller = ref.current
    if (!scroller) return
    const measure = () => {
      shown.value = { top: scroller.scrollTop, height: scroller.clientHeight, columns: columnsIn(scroller) }
    }
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = scroller
      onUser(scrollTop < lastTop.current - 1, scrollHeight - scrollTop - clientHeight < rowHeight)
      lastTop.current = scrollTop
      shown.value = { ...shown.peek(), top: scrollTop }
    }
    const observer = new ResizeObserver(measure)
    observer.observe(scroller)
    scroller.addEventListener('scroll', onScroll, { passive: true })
    measure()
    return () => {
      observer.disconnect()
      scroller.removeEventListener('scroll', onScroll)
    }
  }, [])
  const moveTo = (top: number) => {
    if (!ref.current) return
    ref.current.scrollTop = top
    lastTop.current = ref.current.scrollTop
    if (shown.peek().top !== lastTop.current) shown.value = { ...shown.peek(), top: lastTop.current }
  }
  return { shown, moveTo }
}

const useFollow = (view: LogView, ref: { current: HTMLDivElement | null }) => {
  const { book } = view.feed
  return useWindow(ref, (up, atEnd) => {
    if (up && !atEnd && view.following.peek()) {
      view.following.value = false
      view.seen.value = book.first() + book.lines.length
    } else if (atEnd) view.following.value = true
  })
}

/** The lines of a log. Of ten thousand only those in sight are in the page. Page styles: `drawer`, `log`. */
export const LogLines = ({ view, label, tall }: { view: LogView; label: string; tall?: boolean }) => {
  const { book } = view.feed
  const ref = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => createRows(book), [book])
  const { shown, moveTo } = useFollow(view, ref)
  const { top, height, columns } = shown.value
  const version = book.version.value
  const before = useRef({ first: book.first(), hidden: 0 })
  const find = view.searching.value ? book.find.value.toLowerCase() : ''
  const hitAt = view.searching.value ? book.hits.value[view.hit.value] : undefined

  const dropped = book.first() - before.current.first
  const droppedRows = dropped > 0 ? rows.above(dropped) : 0
  rows.update(columns)
  const from = Math.max(0, rows.lineAt(Math.floor(top / rowHeight)) - spare)
  const to = Math.min(book.lines.length, rows.lineAt(Math.ceil((top + height) / rowHeight)) + spare)

  useLayoutEffect(() => {
    before.current = { first: book.first(), hidden: 0 }
    if (view.following.value) moveTo(rows.total() * rowHeight + height)
    else if (droppedRows > 0) moveTo(Math.max(0, top - droppedRows * rowHeight))
  }, [version, columns, height, view.following.value])
  useLayoutEffect(() => {
    if (hitAt === undefined) return
    if (view.following.peek()) view.seen.value = book.first() + book.lines.length
    view.following.value = false
    moveTo(Math.max(0, rows.above(hitAt) * rowHeight - height / 2))
  }, [hitAt])

  const size = { paddingTop: `${rows.above(from) * rowHeight}px`, minHeight: `${rows.total() * rowHeight}px` }
  return html`<div class=${tall ? 'log tall' : 'log'} ref=${ref} tabindex="0" role="region" aria-label=${label}>
    <ol style=${size}>
      ${book.lines
        .slice(from, to)
        .map(
          (line, at) =>
            html`<${Row} key=${book.first() + from + at} line=${line} find=${find} tell=${book.isMixed()} isHit=${from + at === hitAt} />`,
        )}
    </ol>
    <div class="log-probe" aria-hidden="true"><span></span><span></span><span><i>0123456789</i></span></div>
  </div>`
}
