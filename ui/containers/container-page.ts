import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Container, ContainerDetail } from '#protocol/container.ts'
import { Blank, Failed, NotAllowed, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { Segments } from '../components/filters.ts'
import { Icon, State } from '../components/mark.ts'
import { Menu, type MenuItem } from '../components/menu.ts'
import { isCode } from '../lib/api-error.ts'
import { useApp, useModel } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { useWatch } from '../lib/use-watch.ts'
import { useStanding } from './cells.ts'
import { Details } from './details.ts'
import { LogTab } from './log/tab.ts'
import { createMeasured, pathOf } from './model.ts'
import { Overview } from './overview.ts'
import { createPower } from './power.ts'
import { powerItems } from './power-questions.ts'
import { StatsTab } from './stats.ts'
import { canTell } from './words.ts'

const tabs = [
  { value: 'overview', text: 'Overview' },
  { value: 'log', text: 'Log' },
  { value: 'stats', text: 'Measurements' },
  { value: 'details', text: 'Details' },
]

export interface Reading {
  detail: ContainerDetail | null
  error: unknown
  again: () => void
}

/** All that the engine knows of it, read anew whenever its state changes. */
const useDetail = (id: string, container: Container | undefined): Reading => {
  const { api } = useApp()
  const detail = useSignal<ContainerDetail | null>(null)
  const error = useSignal<unknown>(null)
  const turn = useSignal(0)
  useEffect(() => {
    const stopping = new AbortController()
    const read = async () => {
      try {
        detail.value = await api.get<ContainerDetail>(pathOf(id), { signal: stopping.signal })
        error.value = null
      } catch (cause) {
        if (!stopping.signal.aborted) error.value = cause
      }
    }
    void read()
    return () => stopping.abort()
  }, [id, turn.value, container?.state, container?.startedAt, container?.health])
  const again = () => {
    turn.value += 1
  }
  return { detail: detail.value, error: error.value, again }
}

/** The charts begin with what the box measured before; without it they begin now. */
const useMeasuredBefore = (id: string, runs: boolean) => {
  const measured = useModel(createMeasured)
  useEffect(() => {
    if (!runs) return
    const stopping = new AbortController()
    measured.load(id, stopping.signal).catch(() => undefined)
    return () => stopping.abort()
  }, [id, runs])
}

const Crumb = ({ engine, sourceId }: { engine: string; sourceId: string }) =>
  html`<nav class="crumb" aria-label="Where this is"><a href="/containers">Containers</a><${Icon} name="right" /><a href=${`/sources/${encodeURIComponent(sourceId)}`}>${engine}</a></nav>`

const Action = ({ item }: { item: MenuItem }) =>
  html`<${Button} icon=${item.icon} disabled=${item.off !== undefined} kind=${item.icon === 'stop' ? 'danger' : undefined} onClick=${item.onChoose}>${item.text}<//>`

const Actions = ({ container }: { container: Container }) => {
  const app = useApp()
  void app.model(createPower).pending.value
  const items = () => powerItems(app, container, !canTell(app.state.sources.value.get(container.sourceId)))
  const [first, second, ...rest] = items()
  return html`<div class="end">
    ${first ? html`<${Action} item=${first} />` : null}${second ? html`<${Action} item=${second} />` : null}
    ${rest.length > 0 ? html`<${Menu} label=${`More for ${container.name}`} items=${() => items().slice(2)} />` : null}
  </div>`
}

const Head = ({ container, engine }: { container: Container; engine: string }) => {
  const standing = useStanding(container)
  return html`<${Crumb} engine=${engine} sourceId=${container.sourceId} />
    <div class="head">
      <h1>${container.name}</h1>
      <${State} state=${standing.state}>${standing.word}<//>
      <span class="quiet mono image">${container.image}</span>
      <${Actions} container=${container} />
    </div>`
}

const Tab = ({ name, container, reading }: { name: string; container: Container; reading: Reading }) => {
  if (name === 'log') return html`<${LogTab} container=${container} />`
  if (name === 'stats') return html`<${StatsTab} container=${container} />`
  if (name === 'details') return html`<${Details} reading=${reading} />`
  return html`<${Overview} container=${container} reading=${reading} />`
}

const Gone = () =>
  html`<${Blank} level=${2} title="This container is not there" buttons=${html`<${Button} href="/containers">All containers<//>`}
    >It was removed, or made anew under another id. A container of the same name may be in the list.<//>`

const Unknown = ({ reading }: { reading: Reading }) => {
  if (reading.error === null) return html`<${Waiting} />`
  if (isCode(reading.error, 'not_found')) return html`<${Gone} />`
  if (isCode(reading.error, 'forbidden')) return html`<${NotAllowed} what="This container belongs to somebody else." />`
  return html`<${Failed} what="This container" error=${reading.error} onRetry=${reading.again} />`
}

/** One container: how it is, its log, its measurements, and all that its engine knows of it. */
export const Page = ({ params }: PageProps) => {
  const { state, router, account } = useApp()
  const id = params['id'] ?? ''
  useWatch('container:stats')
  const container = state.containers.value.get(id)
  useMeasuredBefore(id, container?.state === 'running')
  const reading = useDetail(id, container)
  if (!maySee(account.person.value, 'containers'))
    return html`<${NotAllowed} what="Containers are shown to people with a grant on their engine." />`
  const isGone = state.known.value && !container
  if (!container)
    return html`<div class="head"><h1>Container</h1></div>${isGone && reading.detail === null ? html`<${Unknown} reading=${reading} />` : html`<${Waiting} />`}`
  const query = router.query.value
  const tab = query.get('tab') ?? (query.has('log') ? 'log' : 'overview')
  const engine = state.engines.value.get(container.sourceId)?.name ?? state.sources.value.get(container.sourceId)?.name
  return html`<${Head} container=${container} engine=${engine ?? 'Engine'} />
    <div class="tabs"><${Segments} label="Show" choices=${tabs} value=${tab}
      onChoose=${(value: string) => router.setQuery({ tab: value === 'overview' ? null : value, log: null })} /></div>
    <${Tab} key=${id} name=${tab} container=${container} reading=${reading} />`
}
