import { effect } from '@preact/signals'
import { render } from 'preact'
import type { Settings } from '#protocol/settings.ts'
import { createApi } from './lib/api.ts'
import { type App, AppContext } from './lib/app.ts'
import { takeEarlyRefresh, takeEarlyStatus } from './lib/early.ts'
import { createTimes } from './lib/format.ts'
import { html } from './lib/html.ts'
import { createLive } from './lib/live.ts'
import { createAccount, type Hint } from './lib/model/account.ts'
import { createAsks } from './lib/model/asks.ts'
import { createClock } from './lib/model/clock.ts'
import { createLiveState } from './lib/model/live-state.ts'
import { createSessions } from './lib/model/sessions.ts'
import { createTheme } from './lib/model/theme.ts'
import { createToasts } from './lib/model/toasts.ts'
import { createRouter } from './lib/router.ts'
import { createTokens } from './lib/tokens.ts'
import { loadPage } from './outlet.ts'
import { loadEntrance, Root } from './root.ts'
import { routes } from './routes.ts'

const patienceMs = 3000

const hint: Hint = {
  get: () => localStorage.getItem('belfry.signed-in') !== null,
  set: (on) => (on ? localStorage.setItem('belfry.signed-in', '1') : localStorage.removeItem('belfry.signed-in')),
}

const createModels = (app: () => App) => {
  const made = new Map<unknown, unknown>()
  return {
    model: <T>(create: (app: App) => T): T => {
      if (!made.has(create)) made.set(create, create(app()))
      return made.get(create) as T
    },
    forget: () => made.clear(),
  }
}

const probe = async () => {
  const answer = await fetch('/healthz', { signal: AbortSignal.timeout(5000) }).catch(() => null)
  return answer?.ok ?? false
}

const createApp = (): App & { forget(): void } => {
  const request: typeof fetch = (input, init) => fetch(input, init)
  const clock = createClock()
  const tokens = createTokens({
    fetch: request,
    now: Date.now,
    early: takeEarlyRefresh,
    onPerson: (person) => account.took(person),
    onDropped: () => account.dropped(),
  })
  const api = createApi({ fetch: request, tokens, onRefused: (code) => account.refused(code) })
  const account = createAccount({ fetch: request, tokens, api, hint, now: clock.read, earlyStatus: takeEarlyStatus })
  const state = createLiveState(clock.set)
  const live = createLive({
    ticket: async () => (await api.post<{ ticket: string }>('/live/ticket', {}, { timeoutMs: 8000 })).ticket,
    connect: (ticket) => {
      const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
      return new WebSocket(`${scheme}//${location.host}/api/v1/live?ticket=${encodeURIComponent(ticket)}`)
    },
    probe,
    apply: state.apply,
    onRevoked: () => void account.renew().catch(() => undefined),
    now: clock.read,
  })
  const { model, forget } = createModels(() => app)
  const app: App = {
    api,
    live,
    router: createRouter(routes),
    account,
    state,
    clock,
    times: createTimes(() => account.status.value?.timeZone),
    toasts: createToasts(),
    asks: createAsks(),
    theme: createTheme(),
    sessions: createSessions({ api, now: clock.read }),
    model,
  }
  return Object.assign(app, { forget })
}

/** The site's zone is told only to who is signed in; until it is known, times are in the reader's own. */
const learnSite = ({ api, account }: App) =>
  void api.get<Pick<Settings, 'siteName' | 'timeZone'>>('/settings').then(
    ({ siteName, timeZone }) => account.learn({ siteName, timeZone }),
    () => undefined,
  )

/** The wire is open while somebody is signed in; what they saw is forgotten when they leave. */
const followAccount = (app: ReturnType<typeof createApp>) =>
  effect(() => {
    const phase = app.account.phase.value
    if (phase === 'signed-in') {
      app.live.start()
      learnSite(app)
    } else {
      app.live.stop()
      if (phase === 'signed-out') {
        app.state.clear()
        app.forget()
        app.asks.close()
      }
    }
  })

/** Keeping the pages for a time without the box is work that nobody waits for. */
const keepPages = () => {
  if (!('serviceWorker' in navigator) || !isSecureContext) return
  const register = () => void navigator.serviceWorker.register('/service-worker.js').catch(() => undefined)
  addEventListener('load', () => setTimeout(register, patienceMs))
}

/** Puts the pages on the screen. Evaluating this file does nothing: lazy pages import it to share one chunk with it. */
export const start = () => {
  const app = createApp()
  app.router.start()
  app.clock.start()
  const { route } = app.router.match.peek()
  const firstPage = hint.get() ? route && loadPage(route) : loadEntrance()
  firstPage?.catch(() => undefined)
  followAccount(app)
  void app.account.start()
  const holder = document.getElementById('app')
  if (holder) render(html`<${AppContext.Provider} value=${app}><${Root} /><//>`, holder)
  keepPages()
}
