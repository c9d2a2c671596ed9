import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { sentenceOf } from '../lib/api-error.ts'
import { html } from '../lib/html.ts'
import { Button } from './button.ts'
import { Mark } from './mark.ts'

/** Empty, error, unreachable, not allowed: one shape for all. A sentence, then a way on. */
export const Blank = (props: {
  title: string
  state?: 'attention' | 'trouble' | 'unknown' | undefined
  children?: ComponentChildren
  buttons?: ComponentChildren
  level?: 2 | 3
}) => {
  const Heading = props.level === 2 ? 'h2' : 'h3'
  return html`<div class="blank">
    <${Heading}>${props.state ? html`<${Mark} state=${props.state} />` : null}${props.title}<//>
    <p>${props.children}</p>
    ${props.buttons ? html`<div class="buttons">${props.buttons}</div>` : null}
  </div>`
}

export const Failed = ({ what, error, onRetry }: { what: string; error: unknown; onRetry?: () => void }) =>
  html`<${Blank}
    level=${2}
    title=${`${what} could not be read`}
    state="trouble"
    buttons=${onRetry ? html`<${Button} icon="restart" onClick=${onRetry}>Ask again<//>` : null}
  >${sentenceOf(error)} Nothing is lost.<//>`

export const NotAllowed = ({ what }: { what: string }) =>
  html`<${Blank} level=${2} title="Not yours to see">${what} An admin of this box can change that.<//>`

/** The page's own shape while its first answer is on the way. It shows only when that takes a while. */
export const Waiting = ({ lines = 6, what = 'Loading' }: { lines?: number; what?: string }) =>
  html`<div class="waiting" role="status" aria-label=${what}>${Array.from({ length: lines }, (_, at) => html`<i key=${at}></i>`)}</div>`

/** The h1 of a page, for those who hear it, with focus when the page was gone to. */
export const PageTitle = ({ children, hidden }: { children?: ComponentChildren; hidden?: boolean }) =>
  html`<h1 class=${hidden ? 'sr' : undefined} tabindex="-1">${children}</h1>`

/** Calls back when it scrolls into view: the rest of a long list is asked for then. */
export const Sentinel = ({ onSeen }: { onSeen: () => void }) => {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onSeen()
      },
      { rootMargin: '400px' },
    )
    if (ref.current) observer.observe(ref.current)
    return () => observer.disconnect()
  }, [onSeen])
  return html`<div ref=${ref}></div>`
}
