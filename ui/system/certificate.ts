import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Facts, Section } from '../components/facts.ts'
import { Copy } from '../components/tag.ts'
import { readAnswer } from '../lib/answer.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'

/** `GET /ca`: public, so that a device can learn it before it trusts anything. */
export interface Root {
  fingerprint: string
  notAfter: string
  pem: string
}

export const readRoot = (): Promise<Root> =>
  readAnswer<Root>(fetch('/api/v1/ca', { signal: AbortSignal.timeout(10_000) }))

export const useRoot = (): Root | null => {
  const root = useSignal<Root | null>(null)
  useEffect(() => {
    readRoot().then(
      (found) => {
        root.value = found
      },
      () => undefined,
    )
  }, [])
  return root.value
}

/** What makes a browser trust this box. */
export const Certificate = () => {
  const { times } = useApp()
  const root = useRoot()
  const link = html`<a class="link" href="/trust">How to install it</a>`
  return html`<${Section} id="certificate" title="Root certificate" end=${link}>
    <div class="pad"><${Facts} items=${[
      ['Fingerprint', root ? html`<${Copy} text=${root.fingerprint} label="the fingerprint" />` : '–'],
      ['Good until', root ? times.day(root.notAfter) : '–'],
      ['For', 'encrypted pages without a warning, passkeys, installing Belfry as an app, and devices'],
    ]} /></div>
  <//>`
}
