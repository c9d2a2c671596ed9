import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

interface StaticFile {
  type: string
  plain: Uint8Array
  gzip?: Uint8Array
  brotli?: Uint8Array
}

const filesBelow = (folder: string, prefix = ''): string[] =>
  readdirSync(join(folder, prefix)).flatMap((name) => {
    const path = join(prefix, name)
    return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path]
  })

const load = (folder: string): Map<string, StaticFile> => {
  const files = new Map<string, StaticFile>()
  if (!existsSync(folder)) return files
  const read = (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path)) : undefined)
  for (const path of filesBelow(folder)) {
    const type = types[extname(path)]
    const plain = type ? read(path) : undefined
    if (!type || !plain) continue
    const gzip = read(`${path}.gz`)
    const brotli = read(`${path}.br`)
    files.set(`/${path}`, { type, plain, ...(gzip ? { gzip } : {}), ...(brotli ? { brotli } : {}) })
  }
  return files
}

const encoded = (file: StaticFile, accept: string): { body: Uint8Array; encoding: string | null } => {
  if (file.brotli && /\bbr\b/.test(accept)) return { body: file.brotli, encoding: 'br' }
  if (file.gzip && /\bgzip\b/.test(accept)) return { body: file.gzip, encoding: 'gzip' }
  return { body: file.plain, encoding: null }
}

/** Names with a hash in them never change; everything else is asked for again each time. */
const isHashed = (path: string) => /[-.][0-9A-Z]{8}\.\w+$/.test(path)

const answer = (path: string, file: StaticFile, request: Request): Response => {
  const { body, encoding } = encoded(file, request.headers.get('accept-encoding') ?? '')
  return new Response(request.method === 'HEAD' ? null : (body as Uint8Array<ArrayBuffer>), {
    headers: {
      'content-type': file.type,
      'content-length': String(body.length),
      'cache-control': isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      ...(encoding ? { 'content-encoding': encoding } : {}),
    },
  })
}

/**
 * The UI's files, read into memory once: an SD card is slow. Every path that is no file and looks like a page
 * gets index.html, and the UI's own router takes it from there.
 */
export const createStaticFiles = (folder: string): ((request: Request) => Response | null) => {
  const files = load(folder)
  return (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return null
    const { pathname } = new URL(request.url)
    const file = files.get(pathname)
    if (file) return answer(pathname, file, request)
    const index = files.get('/index.html')
    if (extname(pathname) || pathname.startsWith('/api/')) return null
    if (index) return answer('/index.html', index, request)
    return new Response('The pages are not built yet: run "npm run build".\n', { status: 503 })
  }
}
