import { useSignal } from '@preact/signals'
import { Button } from '../components/button.ts'
import { Need, Needs } from '../components/needs.ts'
import { sentenceOf } from '../lib/api-error.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { createSuggestions } from '../lib/model/suggestions.ts'
import type { NeedItem } from './needs.ts'

const Retry = ({ sourceId }: { sourceId: string }) => {
  const { api, toasts } = useApp()
  const busy = useSignal(false)
  const retry = async () => {
    busy.value = true
    try {
      await api.post(`/sources/${encodeURIComponent(sourceId)}/refresh`)
    } catch (error) {
      toasts.say({ state: 'attention', title: 'Still no answer', text: sentenceOf(error) })
    } finally {
      busy.value = false
    }
  }
  return html`<${Button} busy=${busy.value} onClick=${retry}>Try now<//>`
}

const Buttons = ({ need, first }: { need: NeedItem; first: boolean }) => {
  const { hide } = useApp().model(createSuggestions)
  const { found } = need
  return html`<${Button} href=${need.look.href} kind=${found && first ? 'primary' : undefined}>${need.look.text}<//>
    ${need.retry ? html`<${Retry} sourceId=${need.retry} />` : null}
    ${found ? html`<${Button} onClick=${() => hide(found)}>Not now<//>` : null}`
}

/** The page's only box. At most one of its buttons is the primary one. */
export const NeedsBox = ({ needs }: { needs: readonly NeedItem[] }) => {
  const firstOffer = needs.find(({ kind }) => kind === 'suggestion')
  return html`<${Needs}>
    ${needs.map(
      (need) => html`<${Need}
        key=${need.key}
        state=${need.kind === 'suggestion' ? undefined : need.kind}
        icon="plus"
        title=${need.title}
        buttons=${html`<${Buttons} need=${need} first=${need === firstOffer} />`}
      >${need.text}<//>`,
    )}
  <//>`
}
