import type { Early } from './lib/early.ts'

/**
 * Runs before the first paint: a chosen theme never flashes, and the sign-in is renewed while the pages are still
 * being read.
 */
try {
  const chosen = localStorage.getItem('belfry.theme')
  if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset['theme'] = chosen
  if (localStorage.getItem('belfry.signed-in')) {
    const refresh = fetch('/api/v1/auth/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(10_000),
    })
    refresh.catch(() => undefined)
    ;(window as Early).belfryRefresh = refresh
  }
} catch {
  // A browser that keeps nothing follows the system's preference, and asks for a sign-in.
}
