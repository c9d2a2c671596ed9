import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { SourceDetail as Detail, Source } from '#protocol/source.ts'
import { Button } from '../components/button.ts'
import { Facts } from '../components/facts.ts'
import { State } from '../components/mark.ts'
import { Copy } from '../components/tag.ts'
import { Ago } from '../components/when.ts'
import { useApp } from '../lib/app.ts'
import { span } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { mayOnBox, mayOnSource } from '../lib/model/may.ts'
import { isMedia, productOf, sourceMark, sourceWord } from './kinds.ts'
import { askDelete, askDisable, enable } from './questions.ts'
import { Retry } from './retry.ts'
import { compareCertificate } from './trust.ts'

const againMs = 5000

/** How fresh it is: asked for as long as one looks. */
const useStatus = ({ id, status }: Source) => {
  const { api } = useApp()
  const detail = useSignal<Detail | null>(null)
  useEffect(() => {
    const stopping = new AbortController()
    const read = async () => {
      if (document.hidden) return
      const path = `/sources/${encodeURIComponent(id)}/status`
      detail.value = await api.get<Detail>(path, { signal: stopping.signal }).catch(() => detail.peek())
    }
    void read()
    const timer = setInterval(read, againMs)
    return () => {
      clearInterval(timer)
      stopping.abort()
    }
  }, [id, status.state])
  return detail.value
}

const Next = ({ at }: { at: string }) => {
  const { clock } = useApp()
  const left = Date.parse(at) - clock.now.value
  return html`${left > 0 ? `in ${span(left)}` : 'now'}`
}

const toldBy = (detail: Detail | null, source: Source): string | null => {
  if (!detail || source.status.state === 'disabled') return null
  return detail.transport === 'push' ? 'it tells by itself what changes' : 'asked again and again'
}

const Buttons = ({ source }: { source: Source }) => {
  const app = useApp()
  const person = app.account.person.value
  if (!mayOnSource(person, 'manage', source.id)) return null
  const off = source.status.state === 'disabled'
  return html`<div class="buttons">
    ${source.status.state === 'untrusted' ? html`<${Button} onClick=${() => compareCertificate(app, source)}>Compare the certificates<//>` : null}
    ${off ? html`<${Button} icon="play" onClick=${() => enable(app, source)}>Switch on<//>` : html`<${Retry} id=${source.id} text="Read now" />`}
    <${Button} icon="edit" href=${`/sources/${encodeURIComponent(source.id)}?edit=1`}>Change<//>
    ${off ? null : html`<${Button} kind="plain" onClick=${() => askDisable(app, source)}>Switch off<//>`}
    ${mayOnBox(person, 'manage-settings') ? html`<${Button} kind="danger" icon="bin" onClick=${() => askDelete(app, source)}>Delete<//>` : null}
  </div>`
}

/** Under a source's line: how it is, how Belfry reaches it, and what can be done. */
export const SourceDetail = ({ source }: { source: Source }) => {
  const { times } = useApp()
  const detail = useStatus(source)
  const { status, url, fingerprint, options } = source
  const isOff = status.state === 'disabled'
  const visible = options['visibleToViewers'] === true
  return html`${status.reason ? html`<p class="because"><b>${sourceWord[status.state]}.</b> ${status.reason}</p>` : null}
    <div class="cols">
      <${Facts} items=${[
        ['State', html`<${State} state=${sourceMark[status.state]}>${sourceWord[status.state]}<//>`],
        [
          'Last answer',
          detail && !isOff ? (detail.lastSuccessAt ? html`<${Ago} at=${detail.lastSuccessAt} />` : 'none yet') : null,
        ],
        ['Next reading', detail?.nextTryAt && !isOff ? html`<${Next} at=${detail.nextTryAt} />` : null],
        ['How', toldBy(detail, source)],
        ['Product', productOf(source)],
      ]} />
      <${Facts} items=${[
        ['Address', url ? html`<span class="mono">${url}</span>` : null],
        [
          'Certificate',
          fingerprint
            ? html`<${Copy} text=${fingerprint} label="the fingerprint" />`
            : url.startsWith('https')
              ? 'signed by an authority that this box knows'
              : null,
        ],
        [
          'Viewers',
          isMedia(source.kind) ? (visible ? 'see its sessions, other names masked' : 'see nothing of it') : null,
        ],
        ['Added', times.full(source.createdAt)],
      ]} />
    </div>
    <${Buttons} source=${source} />`
}
