import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { sentenceOf } from '../lib/api-error.ts'
import { useApp } from '../lib/app.ts'
import { span } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import type { Ask } from '../lib/model/asks.ts'
import { Button } from './button.ts'
import { FormError } from './field.ts'
import { Icon, Mark } from './mark.ts'

/** A real modal dialog. Focus goes to what carries `autofocus`, and back to where it was when it closes. */
export const Dialog = (props: {
  title: string
  onClose: () => void
  describedBy?: string
  children?: ComponentChildren
}) => {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    ref.current?.showModal()
    ref.current?.querySelector<HTMLElement>('[autofocus]')?.focus()
    return () => {
      if (before?.isConnected) before.focus()
      else document.getElementById('main')?.focus({ preventScroll: true })
    }
  }, [])
  const onClick = (event: MouseEvent) => {
    if (event.target === ref.current) props.onClose()
  }
  return html`<dialog
    class="dialog"
    ref=${ref}
    aria-labelledby="dialog-title"
    aria-describedby=${props.describedBy}
    onClick=${onClick}
    onCancel=${(event: Event) => {
      event.preventDefault()
      props.onClose()
    }}
  >
    <h2 id="dialog-title">${props.title}</h2>
    ${props.children}
  </dialog>`
}

const While = ({ ask, began }: { ask: Ask; began: number }) => {
  const { clock } = useApp()
  const passed = Math.max(0, clock.now.value - began)
  return html`<p class="state" data-state="busy" role="status">
    <${Mark} state="busy" /> ${ask.acting}, ${span(passed)}${ask.expectedMs ? ` of about ${span(ask.expectedMs)}` : ''}
  </p>`
}

const Question = ({ ask, onClose }: { ask: Ask; onClose: () => void }) => {
  const { clock } = useApp()
  const began = useSignal<number | null>(null)
  const wrong = useSignal<string | null>(null)
  const close = () => {
    if (began.value === null) onClose()
  }
  const run = async () => {
    wrong.value = null
    began.value = clock.read()
    try {
      await ask.run()
      onClose()
    } catch (error) {
      wrong.value = sentenceOf(error)
      began.value = null
    }
  }
  return html`<${Dialog} title=${ask.question} describedBy="dialog-effects" onClose=${close}>
    <ul class="effects" id="dialog-effects">
      ${ask.effects.map(
        ({ icon, state, what, rest }) =>
          html`<li key=${what}>
            ${state ? html`<${Mark} state=${state} />` : html`<${Icon} name=${icon ?? 'check'} />`}<span><b>${what}</b>${rest ? ` ${rest}` : ''}</span>
          </li>`,
      )}
    </ul>
    ${ask.body?.()}
    ${began.value === null ? null : html`<${While} ask=${ask} began=${began.value} />`}
    <${FormError} text=${wrong.value} />
    <div class="buttons">
      <${Button} autofocus onClick=${close} disabled=${began.value !== null}>${ask.keep}<//>
      <${Button} kind=${ask.danger ? 'danger primary' : 'primary'} busy=${began.value !== null} onClick=${run}>${ask.act}<//>
    </div>
  <//>`
}

/** Holds the question that a page asked through `asks.ask`. */
export const Questions = () => {
  const { asks } = useApp()
  const ask = asks.open.value
  return ask ? html`<${Question} key=${ask} ask=${ask} onClose=${asks.close} />` : null
}
