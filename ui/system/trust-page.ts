import { useSignal } from '@preact/signals'
import { Section } from '../components/facts.ts'
import { Segments } from '../components/filters.ts'
import { Copy } from '../components/tag.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import type { PageProps } from '../lib/router.ts'
import { type TrustSteps, trustAfter, trustCompare, trustLead, trustSteps, trustUndo } from '../settings/trust-steps.ts'
import { useRoot } from './certificate.ts'

type System = TrustSteps['id']

/** What the reader sits at, as far as the browser tells. iPads call themselves Macs, and have fingers. */
const guess = (agent: string, touches: number): System => {
  if (/iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && touches > 1)) return 'ios'
  if (/Android/.test(agent)) return 'android'
  if (/Firefox/.test(agent)) return 'firefox'
  if (/Macintosh/.test(agent)) return 'macos'
  return /Windows/.test(agent) ? 'windows' : 'linux'
}

const Steps = ({ of }: { of: TrustSteps }) => html`<${Section} id="steps" title=${of.system}>
  <div class="pad"><a class="button primary" href=${of.download.path}>${of.download.label}</a></div>
  <ol class="steps">${of.steps.map((step, at) => html`<li key=${step}><span class="faint">${at + 1}</span><span>${step}</span></li>`)}</ol>
  ${of.note ? html`<p class="quiet">${of.note}</p>` : null}
<//>`

const Fingerprint = () => {
  const root = useRoot()
  const { times } = useApp()
  return html`<${Section} id="compare" title="Compare">
    <p class="quiet pad">${trustCompare}</p>
    <p class="fingerprint">${root ? html`<${Copy} text=${root.fingerprint} label="the fingerprint" />` : html`<span class="mono faint">–</span>`}</p>
    ${root ? html`<p class="hint">SHA-256. Good until ${times.day(root.notAfter)}.</p>` : null}
  <//>`
}

/** How a device comes to trust this box. Anybody may read it: who needs it cannot have signed in safely yet. */
export const Page = (_props: PageProps) => {
  const { router } = useApp()
  const own = useSignal(guess(navigator.userAgent, navigator.maxTouchPoints))
  const asked = router.query.value.get('os')
  const chosen = trustSteps.find(({ id }) => id === asked) ?? trustSteps.find(({ id }) => id === own.value)
  return html`<div class="head"><h1>Trust this box</h1></div>
    <p class="lead">${trustLead}</p>
    <${Fingerprint} />
    <div class="device-tabs"><${Segments} label="Your device" value=${chosen?.id ?? ''} choices=${trustSteps.map(({ id, system }) => ({ value: id, text: system }))}
      onChoose=${(os: string) => router.setQuery({ os })} /></div>
    ${chosen ? html`<${Steps} of=${chosen} />` : null}
    <p class="lead after">${trustAfter} ${trustUndo}</p>`
}
