import { useApp } from '../lib/app.ts'
import { span } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { Button } from './button.ts'
import { Mark } from './mark.ts'

const graceMs = 2000

const Age = ({ since }: { since: number }) => {
  const { clock } = useApp()
  return html`${span(clock.now.value - since)}`
}

/** Said when the wire to the box is down, with the age of what is still shown. */
export const OfflineBar = () => {
  const { live, clock, times, state } = useApp()
  const { state: wire, since, nextTryAt } = live.status.value
  const lost = wire === 'stale' && clock.now.value - since > graceMs
  const never = wire === 'connecting' && nextTryAt !== null && !state.known.value
  if (!lost && !never) return html`<div role="status"></div>`
  return html`<div role="status">
    <div class="banner">
      <span class="state" data-state="unknown"><${Mark} state="unknown" />
        <span>${lost ? html`This page lost the box<span aria-hidden="true"> <${Age} since=${since} /> ago</span>.` : 'The box does not answer yet.'}</span></span>
      <span class="quiet">${lost ? `What you see is of ${times.clock(since)}. ` : ''}Trying again.</span>
      <span class="end"><${Button} kind="plain" onClick=${live.retry}>Try now<//></span>
    </div>
  </div>`
}
