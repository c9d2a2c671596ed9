import type { ComponentChildren } from 'preact'
import { html } from '../lib/html.ts'

/** Four states, then `off` (stopped on purpose is none) and `busy` (somebody asked, it is under way). */
export type MarkState = 'fine' | 'attention' | 'trouble' | 'unknown' | 'off' | 'busy'

export const stateWord: Record<MarkState, string> = {
  fine: 'Fine',
  attention: 'Attention',
  trouble: 'Trouble',
  unknown: 'Unknown',
  off: 'Stopped',
  busy: 'Working',
}

export const Mark = ({ state }: { state: MarkState }) =>
  html`<svg class="mark" data-state=${state} aria-hidden="true"><use href=${`#m-${state}`} /></svg>`

export const Icon = ({ name }: { name: string }) =>
  html`<svg class="icon" aria-hidden="true"><use href=${`#i-${name}`} /></svg>`

/** A mark and its word: "Running", "Near its limit". */
export const State = ({ state, children }: { state: MarkState; children?: ComponentChildren }) =>
  html`<span class="state" data-state=${state}><${Mark} state=${state} /> ${children}</span>`

/** Says the state to those who cannot see the mark. */
export const Spoken = ({ state }: { state: MarkState }) => html`<span class="sr">${stateWord[state]}: </span>`
