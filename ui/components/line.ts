import type { ReadonlySignal } from '@preact/signals'
import { useComputed } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { html } from '../lib/html.ts'
import { Mark, type MarkState, Spoken } from './mark.ts'
import { Spark } from './spark.ts'

export interface LineProps {
  state: MarkState
  name: string
  href: string
  /** Who or where. */
  where?: ComponentChildren
  /** The fact in words. */
  fact?: ComponentChildren
  /** The fact's ink when it is more than a fact. */
  word?: 'attention' | 'trouble' | 'busy' | 'unknown' | undefined
  trail?: ReadonlySignal<readonly number[]> | undefined
  num?: { figure: string; unit: string } | null | undefined
  when?: ComponentChildren
  /** Where it is, 0..1, only for things that end; null when it is one that does not. */
  at?: ReadonlySignal<number | null> | undefined
  /** Its id when a detail opens under it. */
  controls?: string | undefined
  open?: boolean | undefined
  actions?: ComponentChildren
}

const nowhere = { value: null }

/** The one line for everything that runs: the same columns for a session, a container, a machine, a room. */
export const Line = (props: LineProps) => {
  const { state, name, href, where, fact, word, trail, num, when, at, controls, open, actions } = props
  const ends = useComputed(() => ((at ?? nowhere).value === null ? undefined : ''))
  const style = useComputed(() => {
    const value = (at ?? nowhere).value
    // Every change restyles the whole line: a thousandth is the smallest step that anybody could see.
    return value === null ? '' : `--at:${value.toFixed(3)}`
  })
  return html`<li class="line" data-state=${state} data-open=${open ? '' : undefined} data-ends=${ends} style=${style}>
    <${Mark} state=${state} />
    <a class="line-name" href=${href} aria-expanded=${controls ? String(open ?? false) : undefined} aria-controls=${open ? controls : undefined}
      ><${Spoken} state=${state} />${name}</a>
    <span class="line-sub"><span>${where}</span><span class=${word ? 'word' : undefined} data-state=${word}>${fact}</span></span>
    ${trail ? html`<${Spark} trail=${trail} state=${state === 'attention' && word ? 'attention' : undefined} />` : html`<span class="spark"></span>`}
    <span class="line-num">${num ? html`${num.figure} <small>${num.unit}</small>` : null}</span>
    <span class="line-when">${when}</span>
    ${actions}
  </li>`
}
