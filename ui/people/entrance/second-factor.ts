import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { Button } from '../../components/button.ts'
import { Field, FormError } from '../../components/field.ts'
import { Icon } from '../../components/mark.ts'
import { Copy, copyText } from '../../components/tag.ts'
import { isCode, sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { inWords } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { useForm } from '../../lib/use-form.ts'

interface Setup {
  secret: string
  uri: string
  /** One path of squares over a white ground. */
  path: string
  size: number
}

const draw = async (uri: string): Promise<Pick<Setup, 'path' | 'size'>> => {
  const { encode } = await import('uqr')
  const { data, size } = encode(uri, { ecc: 'M', border: 2 })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return { path, size }
}

const Picture = ({ setup: { path, size } }: { setup: Setup }) =>
  html`<svg class="qr-code" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label="Code for your authenticator app" shape-rendering="crispEdges">
    <rect width=${size} height=${size} fill="#fff" /><path d=${path} fill="#121211" />
  </svg>`

/** Shown once: with these somebody gets in without the app. */
export const RecoveryCodes = ({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) => {
  const list = useRef<HTMLUListElement>(null)
  const copied = useSignal(false)
  const text = codes.join('\n')
  const file = useMemo(() => URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' })), [text])
  useEffect(() => () => URL.revokeObjectURL(file), [file])
  const copy = async () => {
    if (list.current) await copyText(text, list.current)
    copied.value = true
  }
  return html`<div class="codes">
    <p>Keep these ${inWords(codes.length)} codes where you keep papers. Each lets you in once when your phone is lost. They are not shown again.</p>
    <ul class="mono" ref=${list}>${codes.map((code) => html`<li key=${code}>${code}</li>`)}</ul>
    <div class="buttons ways">
      <a class="button" href=${file} download="belfry-recovery-codes.txt"><${Icon} name="pull" />Save</a>
      <${Button} icon=${copied.value ? 'check' : 'copy'} onClick=${copy}>${copied.value ? 'Copied' : 'Copy'}<//>
      <${Button} icon="log" onClick=${() => print()}>Print<//>
    </div>
    <div class="buttons"><${Button} kind="primary" onClick=${onDone}>I have kept them<//></div>
  </div>`
}

/** Sets the authenticator app up: scan, then prove it with a first code. `onCodes` says that recovery codes are shown, `onDone` that they are kept. */
export const TotpSetup = ({ onDone, onCodes }: { onDone: () => void; onCodes?: () => void }) => {
  const { api } = useApp()
  const setup = useSignal<Setup | null>(null)
  const codes = useSignal<readonly string[] | null>(null)
  const failed = useSignal<string | null>(null)
  const form = useForm(
    { code: '' },
    async ({ code }) => {
      const { recoveryCodes } = await api.post<{ recoveryCodes: string[] }>('/auth/mfa/verify', { code: code.trim() })
      codes.value = recoveryCodes
      onCodes?.()
    },
    (error) => (isCode(error, 'totp_invalid') ? 'code' : null),
  )
  useEffect(() => {
    const open = async () => {
      const { secret, uri } = await api.post<{ secret: string; uri: string }>('/auth/mfa/setup')
      setup.value = { secret, uri, ...(await draw(uri)) }
    }
    open().catch((error: unknown) => {
      failed.value = sentenceOf(error)
    })
  }, [])
  if (codes.value) return html`<${RecoveryCodes} codes=${codes.value} onDone=${onDone} />`
  if (failed.value) return html`<${FormError} text=${failed.value} />`
  return html`<form class="factor" onSubmit=${form.submit}>
    ${setup.value ? html`<${Picture} setup=${setup.value} />` : html`<div class="qr-code"></div>`}
    <div class="factor-side">
      <p>Scan it with an authenticator app, or type this key into it.</p>
      ${setup.value ? html`<${Copy} text=${setup.value.secret.replace(/(.{4})(?=.)/g, '$1 ')} label="the key" />` : null}
      <${Field} id="code" label="First code" code required inputmode="numeric" autocomplete="one-time-code" maxlength=${7}
        value=${form.values.value.code} onInput=${(value: string) => form.set({ code: value })} error=${form.errors['code']} />
      <${FormError} text=${form.wrong} />
      <${Button} kind="primary" type="submit" busy=${form.busy}>Switch it on<//>
    </div>
  </form>`
}
