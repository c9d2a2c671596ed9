import { useComputed } from '@preact/signals'
import type { Container } from '#protocol/container.ts'
import { Facts, Section } from '../components/facts.ts'
import { Sentence } from '../components/needs.ts'
import { Copy, Tag } from '../components/tag.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import type { Reading } from './container-page.ts'
import { LogPreview } from './log/preview.ts'
import { sentenceFor } from './sentence.ts'
import { Smalls } from './smalls.ts'
import { sizeOf } from './words.ts'

/** Only its words are drawn again when the clock ticks. */
const Headline = ({ container }: { container: Container }) => {
  const { state, clock } = useApp()
  const source = state.sources.value.get(container.sourceId)
  const said = useComputed(() => JSON.stringify(sentenceFor(container, source, clock.now.value)))
  const { strong, rest } = sentenceFor(container, source, clock.now.peek())
  void said.value
  return html`<${Sentence} strong=${strong}>${rest}<//>`
}

const limitsOf = ({ cpuLimit, memory }: Container): string => {
  const cpu = cpuLimit === null ? 'all cores' : `${cpuLimit} ${cpuLimit === 1 ? 'core' : 'cores'}`
  if (memory.limit === null) return `${cpu}, memory without a limit`
  return `${cpu}, ${sizeOf(memory.limit)} of memory${memory.enforced ? '' : ', which this engine does not enforce'}`
}

const portText = (port: Container['ports'][number]) => {
  const inside = `${port.port}/${port.protocol}`
  if (port.hostPort === null) return `${inside}, not published`
  const host = port.hostIp && port.hostIp !== '0.0.0.0' && port.hostIp !== '::' ? `${port.hostIp}:` : ''
  return `${host}${port.hostPort} → ${inside}`
}

export const portList = (container: Container) => {
  const texts = [...new Set(container.ports.map(portText))]
  if (texts.length === 0) return 'none'
  return html`<span class="ports">${texts.map((text) => html`<${Tag} key=${text} mono>${text}<//>`)}</span>`
}

/** What one wants to know first. */
export const Overview = ({ container, reading }: { container: Container; reading: Reading }) => {
  const { times } = useApp()
  const { detail } = reading
  return html`<${Headline} container=${container} />
    ${container.state === 'running' || container.state === 'paused' ? html`<${Smalls} container=${container} />` : null}
    <${LogPreview} container=${container} />
    <${Section} id="facts" title="Facts">
      <div class="cols pad">
        <${Facts} items=${[
          ['Image', html`<span class="mono">${container.image}</span>`],
          [
            'Command',
            detail && detail.command.length > 0 ? html`<span class="mono">${detail.command.join(' ')}</span>` : null,
          ],
          ['Ports', portList(container)],
          ['Networks', detail ? detail.networks.map(({ name }) => name).join(', ') || 'none' : null],
        ]} />
        <${Facts} items=${[
          ['Made', times.full(container.createdAt)],
          ['Limits', limitsOf(container)],
          ['Restarts', `${container.restarts}${detail ? `, policy ${detail.restartPolicy}` : ''}`],
          ['Owner', container.owner],
          [
            'Id',
            html`<${Copy} text=${(container.id.split(':').at(-1) ?? '').slice(0, 12)} label="the container id" />`,
          ],
        ]} />
      </div>
    <//>`
}
