import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { ComponentType } from 'preact'

export interface PageProps {
  params: Record<string, string>
}
export interface Route {
  /** Written `/sessions/:id?`; a question mark makes the last part optional. */
  path: string
  title: string
  /** Stylesheets that the page needs, by file name. */
  styles?: string[]
  /** Also for people who are not signed in. */
  open?: true
  load(): Promise<{ Page: ComponentType<PageProps> }>
}
export interface Match {
  route: Route | null
  params: Record<string, string>
}
export interface Router {
  /** Path and query, as in the address bar. */
  url: ReadonlySignal<string>
  match: ReadonlySignal<Match>
  query: ReadonlySignal<URLSearchParams>
  go(to: string, options?: { replace?: boolean }): void
  /** Changes the named parts of the query in place; empty values leave it. */
  setQuery(change: Record<string, string | null>): void
  start(): () => void
  /** Where the reader had scrolled to on this entry of the history; 0 on a new one. */
  scrollTop(): number
}

/** Null for a part that is no text: `%` without two digits that make a character. */
const decoded = (part: string): string | null => {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

/** The first route that the path fits. */
export const matchOf = (routes: readonly Route[], path: string): Match => {
  const parts = path.split('/').filter(Boolean)
  for (const route of routes) {
    const names = route.path.split('/').filter(Boolean)
    const least = names.filter((name) => !name.endsWith('?')).length
    if (parts.length < least || parts.length > names.length) continue
    const params: Record<string, string> = {}
    const fits = parts.every((part, at) => {
      const name = names[at] ?? ''
      if (!name.startsWith(':')) return name === part
      const value = decoded(part)
      if (value !== null) params[name.replace(/[:?]/g, '')] = value
      return value !== null
    })
    if (fits) return { route, params }
  }
  return { route: null, params: {} }
}

const linkOf = (event: MouseEvent): string | null => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return null
  const link = (event.target as Element | null)?.closest?.('a')
  const href = link?.getAttribute('href')
  if (!link || !href?.startsWith('/') || href.startsWith('/api/') || link.target || link.hasAttribute('download'))
    return null
  return href
}

/** Every plain link inside the pages goes through it; nothing else has to be called. */
export const createRouter = (routes: readonly Route[]): Router => {
  const here = () => location.pathname + location.search
  const url = signal(here())
  const positions = new Map<number, number>()
  let entry = 0

  const go: Router['go'] = (to, { replace = false } = {}) => {
    if (to === here()) return
    positions.set(entry, scrollY)
    if (!replace) entry += 1
    positions.delete(replace ? -1 : entry)
    history[replace ? 'replaceState' : 'pushState']({ entry }, '', to)
    url.value = here()
  }

  return {
    url,
    match: computed(() => matchOf(routes, url.value.split('?')[0] ?? '/')),
    query: computed(() => new URLSearchParams(url.value.split('?')[1] ?? '')),
    go,
    setQuery: (change) => {
      const query = new URLSearchParams(location.search)
      for (const [name, value] of Object.entries(change)) {
        if (value) query.set(name, value)
        else query.delete(name)
      }
      const text = query.toString()
      go(location.pathname + (text ? `?${text}` : ''), { replace: true })
    },
    scrollTop: () => positions.get(entry) ?? 0,
    start: () => {
      history.scrollRestoration = 'manual'
      entry = (history.state as { entry?: number } | null)?.entry ?? 0
      const onClick = (event: MouseEvent) => {
        const href = linkOf(event)
        if (href === null) return
        event.preventDefault()
        go(href)
      }
      const onPop = () => {
        positions.set(entry, scrollY)
        entry = (history.state as { entry?: number } | null)?.entry ?? 0
        url.value = here()
      }
      document.addEventListener('click', onClick)
      addEventListener('popstate', onPop)
      return () => {
        document.removeEventListener('click', onClick)
        removeEventListener('popstate', onPop)
      }
    },
  }
}
