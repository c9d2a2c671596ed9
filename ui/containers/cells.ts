import type { Container, Engine } from '#protocol/container.ts'
import { IconButton } from '../components/button.ts'
import { State } from '../components/mark.ts'
import { Menu, type MenuItem } from '../components/menu.ts'
import { Meter } from '../components/meter.ts'
import { Spark } from '../components/spark.ts'
import { Tag } from '../components/tag.ts'
import { Ago, Since } from '../components/when.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { memoryShare } from './condition.ts'
import { createPower } from './power.ts'
import { powerItems } from './power-questions.ts'
import { canTell, hostPorts, memoryOf, type Standing, standingOf } from './words.ts'

/** `nothing` leaves the entry on a phone, where there is no column to keep. */
const Nothing = ({ children }: { children?: unknown }) => html`<span class="faint nothing">${children}</span>`
const dash = html`<span class="faint">–</span>`

/** A container's standing, with what somebody just asked for. */
export const useStanding = (container: Container): Standing => {
  const { state, model } = useApp()
  const pending = model(createPower).pending.value.get(container.id)
  return standingOf(container, state.sources.value.get(container.sourceId), pending)
}

export const Time = ({ time }: { time: Standing['time'] }) => {
  const { times, clock } = useApp()
  if (!time) return null
  if (time.said === 'for') return html`<${Since} at=${time.at} />`
  if (time.said === 'ago') return html`<${Ago} at=${time.at} />`
  return html`at ${times.near(time.at, clock.now.value)}`
}

/** "12 d, healthy" or "exit 0, 5 h ago" or "running at 14:37". */
export const Aside = ({ standing: { time, note } }: { standing: Standing }) => {
  const when = time ? html`<${Time} time=${time} />` : null
  if (!note || !when) return html`${note ?? when}`
  if (time?.said === 'for') return html`${when}, ${note}`
  return time?.said === 'at' ? html`${note} ${when}` : html`${note}, ${when}`
}

export const StateCell = ({ container }: { container: Container }) => {
  const standing = useStanding(container)
  return html`<${State} state=${standing.state}>${standing.word}<//><span class="sub"><${Aside} standing=${standing} /></span>`
}

const figure = (cores: number) => (cores >= 10 ? cores.toFixed(1) : cores.toFixed(2))
const limitText = (cores: number) => String(Math.round(cores * 100) / 100)

/** Cores in use of those it may use: its own limit, or all that the engine has. */
export const CpuCell = ({ container, engine }: { container: Container; engine: Engine | null }) => {
  const { state } = useApp()
  const limit = container.cpuLimit ?? engine?.cpus ?? null
  if (container.state !== 'running') return html`<${Nothing}>–<//>`
  if (container.cpu === null) return dash
  return html`<span class="use">
      <span>${figure(container.cpu)} ${limit === null ? null : html`<span class="unit">of ${limitText(limit)}</span>`}</span>
      <${Spark} trail=${state.trails.of(container.id)} />
    </span><${Meter} value=${limit ? container.cpu / limit : 0} />`
}

const nearly = 0.9

export const MemoryCell = ({ container, engine }: { container: Container; engine: Engine | null }) => {
  const { used, limit, enforced } = container.memory
  const most = limit ?? engine?.memoryBytes ?? null
  const isWish = limit !== null && !enforced
  if (container.state !== 'running') {
    return html`<${Nothing}>–${limit === null ? '' : ` of ${memoryOf(0, limit).of}`}<//>`
  }
  if (used === null) {
    return html`<span class="faint">–${limit === null ? '' : ` of ${memoryOf(0, limit).of}`}</span>`
  }
  const near = (memoryShare(container) ?? 0) >= nearly ? 'attention' : undefined
  const { used: mine, of } = memoryOf(used, most)
  return html`<span class="use"
      ><span class=${near ? 'word' : undefined} data-state=${near}>${mine} ${of ? html`<span class="unit">of ${of}</span>` : null}</span
    ></span>
    ${isWish ? html`<${Meter} value=${null} /><span class="sub">not enforced</span>` : html`<${Meter} value=${most ? used / most : 0} state=${near} />`}`
}

const portsShown = 4

export const PortsCell = ({ container }: { container: Container }) => {
  const ports = hostPorts(container)
  if (ports.length === 0) return html`<${Nothing}>none<//>`
  const rest = ports.length - portsShown
  return html`<span class="ports">
    ${ports.slice(0, rest === 1 ? ports.length : portsShown).map((port) => html`<${Tag} key=${port} mono>${port}<//>`)}
    ${rest > 1 ? html`<span class="faint" title=${ports.slice(portsShown).join(', ')}>and ${rest} more</span>` : null}
  </span>`
}

/** On a phone only the menu is left of these, so it has everything. */
export const ActsCell = ({ container }: { container: Container }) => {
  const app = useApp()
  const { router, state } = app
  const { id, name } = container
  const open = router.query.value.get('open') === id
  const away = !canTell(state.sources.value.get(container.sourceId))
  const busy = app.model(createPower).pending.value.has(id)
  const items = powerItems(app, container, away)
  const [first] = items
  const toggle = () => router.setQuery({ open: open ? null : id })
  const all = (): MenuItem[] => [
    { text: 'Details', icon: 'right', href: `/containers/${encodeURIComponent(id)}` },
    { text: open ? 'Close the log' : 'Log', icon: 'log', onChoose: toggle },
    ...items,
  ]
  return html`<span class="acts">
    <${IconButton} icon="log" label=${`Log of ${name}`} expanded=${open ? 'true' : 'false'} controls=${open ? 'log' : undefined} onClick=${toggle} />
    ${
      first && !away
        ? html`<${IconButton} icon=${first.icon} label=${`${first.text} ${name}`} busy=${busy} onClick=${first.onChoose} />`
        : null
    }
    <${Menu} label=${`More for ${name}`} items=${all} />
  </span>`
}
