import type { ComponentChildren } from 'preact'
import { html } from '../lib/html.ts'
import { IconButton } from './button.ts'

/** Beside what it belongs to, at the foot of the page: a log, a terminal. Page styles: `drawer`. */
export const Drawer = (props: {
  id: string
  title: string
  state?: ComponentChildren
  note?: ComponentChildren
  tools?: ComponentChildren
  closeLabel: string
  onClose: () => void
  children?: ComponentChildren
}) => html`<section class="drawer" id=${props.id} role="region" aria-labelledby=${`${props.id}-title`}
  onKeyDown=${(event: KeyboardEvent) => {
    if (event.key === 'Escape') props.onClose()
  }}>
  <div class="drawer-head">
    <h2 id=${`${props.id}-title`}>${props.title}</h2>${props.state}<span class="faint">${props.note}</span>
    <div class="end">${props.tools}<${IconButton} icon="close" label=${props.closeLabel} onClick=${props.onClose} /></div>
  </div>
  ${props.children}
</section>`
