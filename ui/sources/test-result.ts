import type { SourceTest } from '#protocol/source.ts'
import { Button } from '../components/button.ts'
import { Facts } from '../components/facts.ts'
import { Mark } from '../components/mark.ts'
import { Copy } from '../components/tag.ts'
import { took } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { kindName, sourceMark, sourceWord } from './kinds.ts'
import type { SourceFormState } from './use-source-form.ts'

const hostOf = (url: string): string => {
  const text = url.replace(/^[a-z]+:\/\//i, '').split('/')[0] ?? ''
  return text.includes(':') ? text : `${text}:443`
}

const Compare = ({ url }: { url: string }) =>
  html`<p class="hint">On the server itself, this prints the fingerprint to compare:</p>
    <${Copy} label="the command" text=${`openssl s_client -connect ${hostOf(url)} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256`} />`

/** A certificate that no authority vouches for: shown in full, trusted only by a press. */
const Untrusted = ({ state, fingerprint }: { state: SourceFormState; fingerprint: string }) => {
  const trust = async () => {
    state.set({ fingerprint })
    await state.test()
  }
  return html`<div class="trust">
    <p><b>Compare this before you trust it.</b> No authority that this box knows has signed it. Belfry has sent no key there yet.</p>
    <${Copy} text=${fingerprint} label="the fingerprint" />
    <${Compare} url=${state.values.value.url} />
    <div class="buttons"><${Button} icon="shield" busy=${state.doing.value === 'test'} onClick=${trust}>It is the same, trust it<//></div>
  </div>`
}

const Answered = ({ state, result, tookMs }: { state: SourceFormState; result: SourceTest; tookMs: number }) => {
  const { fingerprint } = state.values.value
  const said = fingerprint ? 'trusted by its fingerprint' : 'signed by an authority that this box knows'
  return html`<${Facts} items=${[
    ['Who', result.identity?.name],
    ['Product', `${kindName[state.form.kind]}${result.version ? ` ${result.version}` : ''}`],
    ['Answered', `after ${took(tookMs)}`],
    [
      'Certificate',
      result.fingerprint
        ? html`${said}<br /><span class="mono">${result.fingerprint}</span>`
        : 'none: what is said goes in clear, or never leaves this machine',
    ],
  ]} />`
}

/** What a test found out, before anything is saved. */
export const TestResult = ({ state }: { state: SourceFormState }) => {
  const tested = state.tested.value
  if (state.doing.value === 'test')
    return html`<section class="tested" role="status"><p class="state" data-state="busy"><${Mark} state="busy" /> Asking ${state.values.value.url}</p></section>`
  if (!tested) return html`<section class="tested" role="status" hidden></section>`
  const { result, tookMs } = tested
  const mark = result.ok ? 'fine' : sourceMark[result.state] === 'fine' ? 'attention' : sourceMark[result.state]
  const title = result.ok
    ? `${result.identity?.name ?? kindName[state.form.kind]} answers`
    : result.state === 'untrusted'
      ? 'It shows a certificate that this box does not know'
      : sourceWord[result.state]
  return html`<section class="tested" role="status" aria-label="What the test found">
    <h2 class="state"><${Mark} state=${mark} /> ${title}</h2>
    ${result.ok ? html`<${Answered} state=${state} result=${result} tookMs=${tookMs} />` : null}
    ${!result.ok && result.state !== 'untrusted' ? html`<p>${result.reason}</p>` : null}
    ${!result.ok && result.state === 'untrusted' && result.fingerprint ? html`<${Untrusted} state=${state} fingerprint=${result.fingerprint} />` : null}
  </section>`
}
