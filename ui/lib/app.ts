import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Api } from './api.ts'
import type { Times } from './format.ts'
import type { Live } from './live.ts'
import type { Account } from './model/account.ts'
import type { Asks } from './model/asks.ts'
import type { Clock } from './model/clock.ts'
import type { LiveState } from './model/live-state.ts'
import type { Sessions } from './model/sessions.ts'
import type { Theme } from './model/theme.ts'
import type { Toasts } from './model/toasts.ts'
import type { Router } from './router.ts'

/** Everything long-lived that a page may use. Made once, in main.ts. */
export interface App {
  api: Api
  live: Live
  router: Router
  account: Account
  state: LiveState
  clock: Clock
  times: Times
  toasts: Toasts
  asks: Asks
  theme: Theme
  sessions: Sessions
  /** A model of a page's own, made at first use and kept while the person is signed in. */
  model<T>(create: (app: App) => T): T
}

export const AppContext = createContext<App | null>(null)

export const useApp = (): App => {
  const app = useContext(AppContext)
  if (!app) throw new Error('There is no app around this component.')
  return app
}

export const useModel = <T>(create: (app: App) => T): T => useApp().model(create)
