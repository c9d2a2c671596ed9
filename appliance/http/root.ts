import { AppError } from '#protocol/errors.ts'
import type { Health } from '#protocol/system.ts'
import { docsPage, docsStyle } from './docs.ts'
import { openApiOf } from './openapi.ts'
import { errorAnswer } from './respond.ts'
import type { Declared } from './serve.ts'

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const text = (body: string, type: string) =>
  new Response(body, { headers: { 'content-type': type, 'cache-control': 'no-cache' } })

/** What stands outside of the declared endpoints: health, the API's own description, and the pages. */
export const createRoot = (deps: {
  declared: () => readonly Declared[]
  version: string
  health: () => Health
  pages: (request: Request) => Response | null
}): ((request: Request) => Response | null) => {
  const openApi = once(() => JSON.stringify(openApiOf(deps.declared(), deps.version)))
  const docs = once(() => docsPage(deps.declared(), deps.version))
  const fixed: Record<string, () => Response> = {
    '/healthz': () => {
      const health = deps.health()
      return Response.json(health, {
        status: health.status === 'ok' ? 200 : 503,
        headers: { 'cache-control': 'no-store' },
      })
    },
    // A scraper that finds a page here would take it for figures.
    '/metrics': () => errorAnswer(new AppError('not_found', 'There are no figures for Prometheus here yet.')),
    '/api/v1/openapi.json': () => text(openApi(), 'application/json'),
    '/api/docs': () => text(docs(), 'text/html; charset=utf-8'),
    '/api/docs.css': () => text(docsStyle, 'text/css; charset=utf-8'),
  }
  return (request) => {
    const { pathname } = new URL(request.url)
    const reads = request.method === 'GET' || request.method === 'HEAD'
    const make = fixed[pathname]
    return make && reads ? make() : deps.pages(request)
  }
}
