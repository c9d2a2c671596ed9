import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Blank } from './components/blank.ts'
import { Button } from './components/button.ts'
import { useApp } from './lib/app.ts'
import { html } from './lib/html.ts'
import type { Match, Route } from './lib/router.ts'
import { loadStyles } from './lib/styles.ts'

type Loaded = Awaited<ReturnType<Route['load']>>
interface Shown {
  match: Match
  page: Loaded | null
  error: boolean
}

const pages = new Map<Route, Promise<Loaded>>()

/** Starts loading a page and its styles; asked twice it answers the same. */
export const loadPage = (route: Route): Promise<Loaded> => {
  const known = pages.get(route)
  if (known) return known
  const loading = Promise.all([route.load(), loadStyles(route.styles ?? [])]).then(([page]) => page)
  pages.set(route, loading)
  loading.catch(() => pages.delete(route))
  return loading
}

const Missing = () =>
  html`<h1 class="sr">Not found</h1><${Blank} level=${2} title="There is no such page" buttons=${html`<${Button} href="/">Go to Now<//>`}>The address may be old, or mistyped.<//>`

const Broken = ({ onRetry }: { onRetry: () => void }) =>
  html`<h1 class="sr">Not loaded</h1><${Blank} level=${2} state="trouble" title="This page could not be loaded" buttons=${html`<${Button} icon="restart" onClick=${onRetry}>Try again<//>`}
    >The box did not hand it over, or it was updated in the meantime.<//>`

const arrive = (first: boolean, top: number) => {
  if (first) return
  scrollTo({ top, behavior: 'instant' })
  const title = document.querySelector<HTMLElement>('#main h1') ?? document.querySelector<HTMLElement>('#main')
  if (title && !title.hasAttribute('tabindex')) title.tabIndex = -1
  title?.focus({ preventScroll: true })
}

/** What is on the screen: it follows the address, a page late while that is loaded. */
const useShown = () => {
  const { router } = useApp()
  const shown = useSignal<Shown | null>(null)
  const again = useSignal(0)
  const busy = useSignal(false)

  useSignalEffect(() => {
    const match = router.match.value
    const { route } = match
    void again.value
    const before = shown.peek()
    if (!route) {
      shown.value = { match, page: null, error: false }
      return
    }
    if (before?.match.route === route && before.page) {
      shown.value = { ...before, match }
      return
    }
    let over = false
    const slow = setTimeout(() => {
      busy.value = true
    }, 150)
    const show = (page: Loaded | null) => {
      clearTimeout(slow)
      busy.value = false
      if (!over) shown.value = { match, page, error: page === null }
    }
    loadPage(route).then(show, () => show(null))
    return () => {
      over = true
      clearTimeout(slow)
      busy.value = false
    }
  })

  const retry = () => {
    again.value += 1
  }
  return { current: shown.value, isBusy: busy.value, retry }
}

/** Shows the page of the address; the one before stays until the next is there. */
export const Outlet = () => {
  const { router, account } = useApp()
  const first = useRef(true)
  const { current, isBusy, retry } = useShown()
  const route = current?.match.route
  const site = account.status.value?.siteName ?? 'Belfry'
  useEffect(() => {
    if (current) document.title = `${route?.title ?? 'Not found'} · ${site}`
  }, [route, site])
  useEffect(() => {
    if (!current) return
    arrive(first.current, router.scrollTop())
    first.current = false
  }, [route])

  if (!current) return null
  const Page = current.page?.Page
  return html`${isBusy ? html`<div class="loading-bar" role="progressbar" aria-label="Loading the page"></div>` : null}
    ${
      Page
        ? html`<${Page} key=${route} params=${current.match.params} />`
        : current.error
          ? html`<${Broken} onRetry=${retry} />`
          : html`<${Missing} />`
    }`
}
