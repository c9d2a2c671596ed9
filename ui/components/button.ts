import type { ComponentChildren } from 'preact'
import { html } from '../lib/html.ts'
import { Icon, Mark } from './mark.ts'

interface ButtonProps {
  children?: ComponentChildren
  kind?: 'primary' | 'danger' | 'danger primary' | 'plain'
  icon?: string
  /** Draws a link that looks like a button. */
  href?: string
  type?: 'button' | 'submit'
  /** Under way: cannot be pressed again, keeps its focus. */
  busy?: boolean | undefined
  disabled?: boolean | undefined
  size?: 'big' | 'big wide' | 'desk'
  label?: string
  autofocus?: boolean
  pressed?: boolean
  onClick?: (event: MouseEvent) => void
}

export const Button = ({
  children,
  kind,
  icon,
  href,
  type,
  busy,
  disabled,
  size,
  label,
  autofocus,
  pressed,
  onClick,
}: ButtonProps) => {
  const classes = ['button', kind, size].filter(Boolean).join(' ')
  const inside = html`${busy ? html`<${Mark} state="busy" />` : icon ? html`<${Icon} name=${icon} />` : null}${children}`
  if (href) return html`<a class=${classes} href=${href} aria-label=${label} onClick=${onClick}>${inside}</a>`
  const off = busy || disabled
  return html`<button
    class=${classes}
    type=${type ?? 'button'}
    aria-label=${label}
    aria-disabled=${off ? 'true' : undefined}
    aria-busy=${busy ? 'true' : undefined}
    aria-pressed=${pressed}
    autofocus=${autofocus}
    onClick=${(event: MouseEvent) => {
      if (off) event.preventDefault()
      else onClick?.(event)
    }}
  >${inside}</button>`
}

export const IconButton = (props: {
  icon: string
  label: string
  onClick?: (event: MouseEvent) => void
  href?: string
  busy?: boolean
  expanded?: boolean
  controls?: string
  pressed?: boolean
}) => {
  const inside = props.busy ? html`<${Mark} state="busy" />` : html`<${Icon} name=${props.icon} />`
  if (props.href) return html`<a class="icon-button" href=${props.href} aria-label=${props.label}>${inside}</a>`
  return html`<button
    class="icon-button"
    type="button"
    aria-label=${props.label}
    title=${props.label}
    aria-expanded=${props.expanded}
    aria-controls=${props.controls}
    aria-pressed=${props.pressed}
    aria-disabled=${props.busy ? 'true' : undefined}
    onClick=${props.busy ? undefined : props.onClick}
  >${inside}</button>`
}
