import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { html } from '../lib/html.ts'
import { Icon } from './mark.ts'

export interface MenuItem {
  text: string
  icon?: string
  danger?: boolean
  /** Why it cannot be chosen now. */
  off?: string | undefined
  href?: string
  onChoose?: () => void
}

const place = (menu: HTMLElement, button: HTMLElement) => {
  const at = button.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = menu
  const below = at.bottom + 4 + height < innerHeight || at.top < height
  menu.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`
  const top = below ? at.bottom + 4 : at.top - height - 4
  // What loads above may have pushed its button out of sight meanwhile: the menu stays in it.
  menu.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`
}

const step = (menu: HTMLElement, key: string, typed: string): void => {
  const items = [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const target: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }
  const found = target[key] ?? items.findIndex((item) => item.textContent?.trim().toLowerCase().startsWith(typed))
  items[found]?.focus()
}

const List = (props: {
  id: string
  label: string
  items: readonly MenuItem[]
  button: HTMLElement
  onClose: () => void
}) => {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const menu = ref.current
    if (!menu) return
    menu.showPopover?.()
    place(menu, props.button)
    menu.querySelector<HTMLElement>('[role="menuitem"]')?.focus()
    const away = (event: Event) => {
      if (!menu.contains(event.target as Node) && !props.button.contains(event.target as Node)) props.onClose()
    }
    const gone = () => props.onClose()
    document.addEventListener('pointerdown', away)
    addEventListener('resize', gone)
    addEventListener('scroll', gone, { capture: true, passive: true })
    return () => {
      document.removeEventListener('pointerdown', away)
      removeEventListener('resize', gone)
      removeEventListener('scroll', gone, { capture: true })
    }
  }, [])
  const choose = (item: MenuItem) => {
    if (item.off) return
    props.onClose()
    props.button.focus()
    item.onChoose?.()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || event.key === 'Tab') {
      props.onClose()
      props.button.focus()
      if (event.key === 'Escape') event.preventDefault()
    } else if (event.key.length === 1 || /^(Arrow(Up|Down)|Home|End)$/.test(event.key)) {
      if (event.key === ' ' || event.key === 'Enter') return
      event.preventDefault()
      if (ref.current) step(ref.current, event.key, event.key.toLowerCase())
    }
  }
  return html`<div class="menu" id=${props.id} role="menu" aria-label=${props.label} popover="manual" ref=${ref} onKeyDown=${onKeyDown}>
    ${props.items.map((item) => {
      const inside = html`${item.icon ? html`<${Icon} name=${item.icon} />` : null}<span>${item.text}</span>`
      const shared = { role: 'menuitem', tabindex: -1, class: item.danger ? 'danger' : undefined, key: item.text }
      return item.href && !item.off
        ? html`<a ...${shared} href=${item.href} onClick=${props.onClose}>${inside}</a>`
        : html`<button ...${shared} type="button" aria-disabled=${item.off ? 'true' : undefined} title=${item.off} onClick=${() => choose(item)}>${inside}</button>`
    })}
  </div>`
}

/** The three dots of one thing. `items` is asked when it opens. */
export const Menu = ({
  label,
  items,
  icon = 'more',
}: {
  label: string
  items: () => readonly MenuItem[]
  icon?: string
}) => {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const open = useSignal(false)
  return html`<button
      class="icon-button"
      type="button"
      ref=${button}
      aria-label=${label}
      aria-haspopup="menu"
      aria-expanded=${open.value ? 'true' : 'false'}
      aria-controls=${open.value ? id : undefined}
      onClick=${() => {
        open.value = !open.value
      }}
    ><${Icon} name=${icon} /></button>
    ${
      open.value && button.current
        ? html`<${List}
            id=${id}
            label=${label}
            items=${items()}
            button=${button.current}
            onClose=${() => {
              open.value = false
            }}
          />`
        : null
    }`
}
