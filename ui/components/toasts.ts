import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { IconButton } from './button.ts'
import { Mark } from './mark.ts'

export const ToastList = () => {
  const { toasts } = useApp()
  return html`<div class="toasts" role="status">
    ${toasts.list.value.map(
      ({ id, state, title, text }) => html`<div class="toast" key=${id}>
        <${Mark} state=${state} />
        <div><b>${title}</b>${text ? html`<p>${text}</p>` : null}</div>
        <${IconButton} icon="close" label="Dismiss" onClick=${() => toasts.dismiss(id)} />
      </div>`,
    )}
  </div>`
}
