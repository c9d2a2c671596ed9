import type { ComponentChildren } from 'preact'
import { html } from '../lib/html.ts'
import { Icon, Mark, Spoken } from './mark.ts'

/** The only box of a page, and its only live region: what waits for a person. */
export const Needs = ({ children }: { children?: ComponentChildren }) =>
  html`<section class="needs" aria-label="Needs you" aria-live="polite">${children}</section>`

export const Need = (props: {
  state?: 'attention' | 'trouble' | 'unknown'
  icon?: string
  title: string
  children?: ComponentChildren
  buttons?: ComponentChildren
}) => html`<article class="need">
  ${props.state ? html`<${Mark} state=${props.state} />` : html`<${Icon} name=${props.icon ?? 'plus'} />`}
  <h2>${props.state ? html`<${Spoken} state=${props.state} />` : null}${props.title}</h2>
  <p>${props.children}</p>
  <div class="buttons">${props.buttons}</div>
</article>`

/** What needs a person in ink, the rest in a quieter one. */
export const Sentence = ({ strong, children }: { strong?: ComponentChildren; children?: ComponentChildren }) =>
  html`<p class="sentence">${strong ? html`<strong>${strong}</strong> ` : null}${children}</p>`
