import type { Early } from './lib/early.ts'

/** Files of the way in, which the pages ask for only once they run. */
declare const ENTRANCE: { scripts: string[]; styles: string[] }

const ask = (path: string, init: RequestInit): Promise<Response> => {
  const answer = fetch(`/api/v1${path}`, { ...init, signal: AbortSignal.timeout(10_000) })
  answer.catch(() => undefined)
  return answer
}

const preload = (href: string, as: 'script' | 'style') => {
  const link = document.createElement('link')
  link.rel = as === 'script' ? 'modulepreload' : 'preload'
  link.as = as
  link.href = href
  document.head.append(link)
}

/**
 * Runs before the first paint: a chosen theme never flashes, and what the pages will ask for first is on its way while
 * they are still being read.
 */
try {
  const early = window as Early
  const chosen = localStorage.getItem('belfry.theme')
  if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset['theme'] = chosen
  early.belfryStatus = ask('/status', {})
  if (localStorage.getItem('belfry.signed-in')) {
    const headers = { 'content-type': 'application/json' }
    early.belfryRefresh = ask('/auth/refresh', { method: 'POST', headers, body: '{}' })
  } else {
    for (const url of ENTRANCE.styles) preload(url, 'style')
    for (const url of ENTRANCE.scripts) preload(url, 'script')
  }
} catch {
  // A browser that keeps nothing follows the system's preference, and asks for a sign-in.
}
