import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { Button, IconButton } from '../../components/button.ts'
import { Menu } from '../../components/menu.ts'
import { useApp } from '../../lib/app.ts'
import { plural } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { saveFile } from '../../lib/save-file.ts'
import { textOf } from './book.ts'
import type { LogView } from './view.ts'

/** Without a secure origin there is no clipboard: the old way then, through a selection. */
const copyText = async (text: string): Promise<void> => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  area.style.cssText = 'position:fixed;opacity:0'
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

const Follow = ({ view }: { view: LogView }) => {
  const { book, state } = view.feed
  void book.version.value
  const on = view.following.value
  const unseen = on ? 0 : Math.max(0, book.first() + book.lines.length - view.seen.value)
  if (state.value === 'refused') return null
  const text = on ? 'Following' : unseen > 0 ? `Follow, ${unseen} new` : 'Follow'
  const toggle = () => {
    view.seen.value = book.first() + book.lines.length
    view.following.value = !on
  }
  return html`<${Button} kind="plain" icon="pull" pressed=${on} onClick=${toggle}>${text}<//>`
}

const countText = (hits: number, at: number) =>
  hits === 0 ? 'Not found' : `${at + 1} of ${hits} ${plural(hits, 'line')}`

/** Steps through the lines that contain the words, the newest first: that is where one looks. */
const Search = ({ view }: { view: LogView }) => {
  const { book } = view.feed
  const ref = useRef<HTMLInputElement>(null)
  const hits = book.hits.value.length
  const at = Math.min(view.hit.value, Math.max(0, hits - 1))
  useSignalEffect(() => {
    if (view.searching.value) ref.current?.focus()
  })
  const step = (by: number) => {
    if (hits > 0) view.hit.value = (at + by + hits) % hits
  }
  const close = () => {
    view.searching.value = false
    book.look('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') step(event.shiftKey ? 1 : -1)
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const onInput = (event: InputEvent) => {
    book.look((event.target as HTMLInputElement).value)
    view.hit.value = Math.max(0, book.hits.value.length - 1)
  }
  return html`<div class="log-search">
    <input class="input" type="search" ref=${ref} aria-label="Search in the log" placeholder="Search in the log" autocomplete="off"
      value=${book.find.value} onInput=${onInput} onKeyDown=${onKeyDown} />
    <span class="faint" role="status">${book.find.value ? countText(hits, at) : ''}</span>
    <${IconButton} icon="up" label="Earlier hit" onClick=${() => step(-1)} />
    <${IconButton} icon="down" label="Later hit" onClick=${() => step(1)} />
  </div>`
}

export const LogTools = ({ view, name }: { view: LogView; name: string }) => {
  const { toasts, clock } = useApp()
  const { book } = view.feed
  const copy = async () => {
    await copyText(textOf(book.lines))
    toasts.say({ state: 'fine', title: `Copied ${book.lines.length} ${plural(book.lines.length, 'line')}` })
  }
  const download = () => {
    const stamp = new Date(clock.read()).toISOString().slice(0, 19).replaceAll(':', '')
    saveFile(new Blob([textOf(book.lines)], { type: 'text/plain' }), `${name}-${stamp}.log`)
  }
  const toggle = () => {
    view.searching.value = !view.searching.value
    if (!view.searching.value) book.look('')
  }
  const items = () => [
    { text: 'Copy what is shown', icon: 'copy', onChoose: () => void copy() },
    { text: 'Download what is shown', icon: 'pull', onChoose: download },
  ]
  return html`${view.searching.value ? html`<${Search} view=${view} />` : null}
    <${Follow} view=${view} />
    <${IconButton} icon="search" label="Search in the log" pressed=${view.searching.value ? 'true' : 'false'} onClick=${toggle} />
    <${Menu} label="Copy or download the log" items=${items} />`
}
