import type { ComponentChildren } from 'preact'
import { html } from '../lib/html.ts'

/** Lines that run in one place, under its name. `sum` holds spans of what they make together. */
export const Group = (props: {
  id: string
  name: ComponentChildren
  where?: ComponentChildren
  sum?: ComponentChildren
  unreachable?: boolean | undefined
  children?: ComponentChildren
}) => html`<section class="group" aria-labelledby=${`g-${props.id}`} data-state=${props.unreachable ? 'unreachable' : undefined}>
  <div class="group-head">
    <h2 id=${`g-${props.id}`}>${props.name}</h2><span class="where">${props.where}</span><span class="sum">${props.sum}</span>
  </div>
  ${props.children}
</section>`

/** "7 more run, all fine". */
export const Fold = ({ href, children }: { href: string; children?: ComponentChildren }) =>
  html`<li class="fold"><a href=${href}>${children}</a></li>`
