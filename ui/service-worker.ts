declare const VERSION: string
declare const SHELL: string[]

interface LifeEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface FetchEvent extends LifeEvent {
  request: Request
  respondWith(answer: Promise<Response>): void
}

/** Keeps the pages' own files, so that the app opens while the box is away. Answers of the API are never kept. */
const worker = self as unknown as {
  addEventListener(type: 'install' | 'activate', listen: (event: LifeEvent) => void): void
  addEventListener(type: 'fetch', listen: (event: FetchEvent) => void): void
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  location: Location
}
const cacheName = `belfry-${VERSION}`
const patienceMs = 3000

const fill = async () => {
  const cache = await caches.open(cacheName)
  await cache.addAll(SHELL)
  await worker.skipWaiting()
}

const tidy = async () => {
  const old = (await caches.keys()).filter((key) => key.startsWith('belfry-') && key !== cacheName)
  await Promise.all(old.map((key) => caches.delete(key)))
  await worker.clients.claim()
}

const page = async (request: Request): Promise<Response> => {
  const kept = await caches.match('/')
  try {
    return await fetch(request, kept ? { signal: AbortSignal.timeout(patienceMs) } : {})
  } catch {
    return kept ?? Response.error()
  }
}

const asset = async (request: Request): Promise<Response> => {
  const kept = await caches.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await (await caches.open(cacheName)).put(request, answer.clone())
  return answer
}

worker.addEventListener('install', (event) => event.waitUntil(fill()))
worker.addEventListener('activate', (event) => event.waitUntil(tidy()))
worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return
  if (
    request.mode === 'navigate' &&
    !/^\/(api|healthz|metrics)(\/|$)/.test(url.pathname) &&
    !/\.\w+$/.test(url.pathname)
  )
    event.respondWith(page(request))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request))
})
