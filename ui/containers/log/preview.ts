import type { Container } from '#protocol/container.ts'
import { Section } from '../../components/facts.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { LogBody } from './drawer.ts'
import { useLog } from './view.ts'

/** The newest lines, followed, above the way to all of them. */
export const LogPreview = ({ container }: { container: Container }) => {
  const { router } = useApp()
  const view = useLog(container, 100)
  const all = () => router.setQuery({ tab: 'log' })
  return html`<${Section} id="log" title="Log" end=${html`<button type="button" class="text-button" onClick=${all}>All of it</button>`}>
    <div class="log-preview"><${LogBody} view=${view} name=${container.name} /></div>
  <//>`
}
