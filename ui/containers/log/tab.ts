import type { Container } from '#protocol/container.ts'
import { html } from '../../lib/html.ts'
import { LogBody, logNote } from './drawer.ts'
import { LogTools } from './tools.ts'
import { useLog } from './view.ts'

const tail = 10_000

/** The log on a page of its own, as tall as the window. */
export const LogTab = ({ container }: { container: Container }) => {
  const view = useLog(container, tail)
  return html`<section class="section" aria-labelledby="log-title">
    <div class="section-head log-head"><h2 id="log-title">Log</h2><span class="faint">${logNote(view)}</span>
      <div class="end"><${LogTools} view=${view} name=${container.name} /></div>
    </div>
    <${LogBody} view=${view} name=${container.name} tall />
  </section>`
}
