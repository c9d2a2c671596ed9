import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { html } from '../lib/html.ts'
import { Icon } from './mark.ts'

/** A kind, an owner, a port. Never a state. */
export const Tag = ({ children, mono }: { children?: ComponentChildren; mono?: boolean }) =>
  html`<span class=${mono ? 'tag mono' : 'tag'}>${children}</span>`

/** `holder` shows the text. */
export const copyText = async (text: string, holder: HTMLElement): Promise<void> => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  // Without a secure origin there is no clipboard: the text is selected, so that one key copies it.
  const range = document.createRange()
  range.selectNodeContents(holder)
  getSelection()?.removeAllRanges()
  getSelection()?.addRange(range)
  document.execCommand('copy')
}

/** Text that somebody will want elsewhere: a code, a path, a fingerprint. */
export const Copy = ({ text, label }: { text: string; label: string }) => {
  const done = useSignal(false)
  const copy = async (event: MouseEvent) => {
    const holder = (event.currentTarget as HTMLElement).previousElementSibling
    if (holder instanceof HTMLElement) await copyText(text, holder)
    done.value = true
    setTimeout(() => {
      done.value = false
    }, 2000)
  }
  return html`<span class="copy"><span class="mono">${text}</span
    ><button class="icon-button" type="button" aria-label=${done.value ? 'Copied' : `Copy ${label}`} onClick=${copy}
      ><${Icon} name=${done.value ? 'check' : 'copy'} /></button></span>`
}

/** 0..1, or null while nobody can tell how far it is. */
export const Progress = ({
  value,
  label,
  now,
  left,
}: {
  value: number | null
  label: string
  now: ComponentChildren
  left?: ComponentChildren
}) =>
  html`<div class="progress" role="progressbar" aria-label=${label} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${value === null ? undefined : Math.round(value * 100)}>
    <span class="meter" data-state="busy"><i style=${{ '--v': String(value ?? 0.1) }}></i></span><span>${now}</span><span>${left}</span>
  </div>`
