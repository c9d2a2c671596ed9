import { AppError } from '#protocol/errors.ts'
import { createRouter } from '../../appliance/http/router.ts'

declare const Deno: {
  serve(
    options: { port: number; hostname: string; onListen(address: { port: number }): void },
    handle: (request: Request, info: { remoteAddr: { hostname: string } }) => Promise<Response>,
  ): unknown
}

const router = createRouter({
  routes: [
    (api) => {
      api.get('/where', { summary: 'where', access: 'public' }, (call) => ({ address: call.address, host: call.host }))
      api.get('/mine', { summary: 'mine', access: 'signed-in' }, () => ({}))
    },
  ],
  identify: () => Promise.reject(new AppError('unauthorized', 'Sign in first.')),
  can: () => false,
  audit: { open: () => 0, complete: () => undefined },
  hostNames: () => new Set(['localhost']),
  publicUrl: null,
  trustedProxies: null,
  log: console as never,
  now: Date.now,
})

Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: ({ port }) => console.log(`port ${port}`) }, (request, info) =>
  router.fetch(request, { address: info.remoteAddr.hostname, secure: false }),
)
