import type { System } from '#protocol/system.ts'
import { Button } from '../components/button.ts'
import { Need, Needs } from '../components/needs.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'

/** Said when the start had to take an older copy of the database. */
export const Recovered = ({ recovered }: { recovered: System['recovered'] }) => {
  const { times, clock } = useApp()
  if (!recovered) return null
  const when = times.near(recovered.at, clock.now.peek())
  return html`<${Needs}>
    <${Need} state="attention" title="The database was taken from an older copy" buttons=${html`<${Button} href="/audit">What is recorded<//>`}>
      ${recovered.reason} At ${when} Belfry started from <span class="mono">${recovered.from}</span>. What was recorded after that copy is
      missing; the damaged file was kept beside it.
    <//>
  <//>`
}
