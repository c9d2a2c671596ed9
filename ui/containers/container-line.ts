import { useMemo } from 'preact/hooks'
import type { Container } from '#protocol/container.ts'
import { Line } from '../components/line.ts'
import { Menu, type MenuItem } from '../components/menu.ts'
import { Ago, Since } from '../components/when.ts'
import { useApp } from '../lib/app.ts'
import { cores } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { conditionOf } from './condition.ts'
import { actingWord, createPower } from './power.ts'
import { powerItems } from './power-questions.ts'

const whenOf = ({ state, startedAt, finishedAt }: Container) => {
  if (state === 'running' && startedAt) return html`<${Since} at=${startedAt} />`
  return finishedAt ? html`<${Ago} at=${finishedAt} />` : null
}

export const hrefOf = ({ id }: Container): string => `/containers/${encodeURIComponent(id)}`

/** A container's line on Now. */
export const ContainerLine = (props: { container: Container; away: boolean }) => {
  const { container } = props
  const app = useApp()
  const away = props.away || app.live.status.value.state === 'stale'
  const { pending } = app.model(createPower)
  const busy = pending.value.get(container.id)
  return useMemo(() => {
    const condition = conditionOf(container)
    const state = busy ? 'busy' : away ? 'unknown' : condition.state
    const word = state === 'fine' || state === 'off' ? undefined : state
    const fact = busy ? actingWord[busy.action] : away ? `${condition.word} when last seen` : condition.fact
    const href = hrefOf(container)
    const items = (): MenuItem[] => [
      { text: 'Details', icon: 'right', href },
      { text: 'Log', icon: 'log', href: `${href}?log` },
      ...powerItems(app, container, away),
    ]
    return html`<${Line}
      state=${state}
      name=${container.name}
      href=${href}
      where=${container.owner ?? container.image}
      fact=${fact}
      word=${word}
      trail=${container.state === 'running' && !away ? app.state.trails.of(container.id) : undefined}
      num=${container.state === 'running' && container.cpu !== null && !away ? cores(container.cpu) : null}
      when=${whenOf(container)}
      actions=${html`<${Menu} label=${`Actions for ${container.name}`} items=${items} />`}
    />`
  }, [container, away, busy])
}
