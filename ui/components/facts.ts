import type { ComponentChildren } from 'preact'
import { html } from '../lib/html.ts'

/** Names and values; a value of null is left out, never guessed. Page styles: `detail`. */
export const Facts = ({ items }: { items: readonly (readonly [string, ComponentChildren])[] }) =>
  html`<dl class="facts">
    ${items
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
  </dl>`

export const Section = (props: { id: string; title: string; end?: ComponentChildren; children?: ComponentChildren }) =>
  html`<section class="section" aria-labelledby=${`s-${props.id}`}>
    <div class="section-head"><h2 id=${`s-${props.id}`}>${props.title}</h2>${props.end ? html`<span class="end">${props.end}</span>` : null}</div>
    ${props.children}
  </section>`
