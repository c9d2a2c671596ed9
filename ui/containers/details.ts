import { useSignal } from '@preact/signals'
import type { ContainerDetail } from '#protocol/container.ts'
import { Failed, Waiting } from '../components/blank.ts'
import { Facts, Section } from '../components/facts.ts'
import { State } from '../components/mark.ts'
import { type Column, Table } from '../components/table.ts'
import { Copy } from '../components/tag.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import type { Reading } from './container-page.ts'
import { portList } from './overview.ts'

type Mount = ContainerDetail['mounts'][number]
type Env = ContainerDetail['env'][number]
type Check = ContainerDetail['healthLog'][number]

const mono = (text: string) => html`<span class="mono">${text}</span>`

const mountColumns: Column<Mount>[] = [
  { key: 'target', title: 'In the container', name: true, cell: ({ target }) => mono(target) },
  { key: 'source', title: 'On the host', cell: ({ source }) => mono(source || '–') },
  { key: 'type', title: 'Kind', cell: ({ type }) => type },
  { key: 'mode', title: 'Access', cell: ({ readOnly }) => (readOnly ? 'read only' : 'read and write') },
]

const labelColumns: Column<[string, string]>[] = [
  { key: 'name', title: 'Name', name: true, cell: ([name]) => mono(name) },
  { key: 'value', title: 'Value', cell: ([, value]) => mono(value) },
]

const Value = ({ value }: { value: string | null }) => {
  const shown = useSignal(false)
  if (value === null) return html`<span class="faint">kept secret</span>`
  if (shown.value || value === '') return html`<span class="mono">${value || 'empty'}</span>`
  const show = () => {
    shown.value = true
  }
  return html`<button type="button" class="text-button" onClick=${show}>Show</button>`
}

const envColumns: Column<Env>[] = [
  { key: 'name', title: 'Name', name: true, cell: ({ name }) => mono(name) },
  { key: 'value', title: 'Value', cell: ({ value }) => html`<${Value} value=${value} />` },
]

const Checks = ({ checks }: { checks: readonly Check[] }) => {
  const { times } = useApp()
  const columns: Column<Check>[] = [
    { key: 'at', title: 'When', name: true, cell: ({ at }) => times.full(at) },
    {
      key: 'code',
      title: 'Outcome',
      cell: ({ exitCode }) =>
        html`<${State} state=${exitCode === 0 ? 'fine' : 'trouble'}>${exitCode === 0 ? 'Healthy' : `Exit ${exitCode}`}<//>`,
    },
    { key: 'output', title: 'What it said', kind: 'why', cell: ({ output }) => mono(output.trim() || '–') },
  ]
  return html`<${Table} caption="Health checks" columns=${columns} items=${[...checks].reverse()} keyOf=${({ at }: Check) => at} />`
}

const Basics = ({ detail }: { detail: ContainerDetail }) => {
  const { times } = useApp()
  const id = detail.id.split(':').at(-1) ?? ''
  return html`<div class="cols pad">
    <${Facts} items=${[
      ['Image', mono(detail.image)],
      ['Image id', html`<${Copy} text=${detail.imageId} label="the image id" />`],
      ['Container id', html`<${Copy} text=${id} label="the container id" />`],
      ['Command', detail.command.length > 0 ? mono(detail.command.join(' ')) : null],
      ['Folder', detail.workingDir ? mono(detail.workingDir) : null],
    ]} />
    <${Facts} items=${[
      ['Runs as', detail.user || 'the user of its image'],
      ['Host name', detail.hostname],
      ['Restart policy', detail.restartPolicy],
      ['Terminal', detail.tty ? 'yes' : 'no'],
      ['Made', times.full(detail.createdAt)],
      ['Ports', portList(detail)],
      [
        'Networks',
        detail.networks.map(({ name, address }) => (address ? `${name}, ${address}` : name)).join('; ') || 'none',
      ],
    ]} />
  </div>`
}

const Nothing = ({ children }: { children?: unknown }) => html`<p class="quiet pad">${children}</p>`

/** All that the engine knows of a container. */
export const Details = ({ reading }: { reading: Reading }) => {
  const { detail, error, again } = reading
  if (!detail)
    return error === null
      ? html`<${Waiting} />`
      : html`<${Failed} what="The details" error=${error} onRetry=${again} />`
  const labels = Object.entries(detail.labels).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return html`<${Section} id="basics" title="How it was made"><${Basics} detail=${detail} /><//>
    ${detail.healthLog.length > 0 ? html`<${Section} id="health" title="Health checks"><${Checks} checks=${detail.healthLog} /><//>` : null}
    <${Section} id="mounts" title="Volumes and folders">
      ${
        detail.mounts.length > 0
          ? html`<${Table} caption="Volumes and folders" columns=${mountColumns} items=${detail.mounts} keyOf=${({ target }: Mount) => target} />`
          : html`<${Nothing}>None. What it writes goes when it is removed.<//>`
      }
    <//>
    <${Section} id="env" title="Environment">
      ${
        detail.env.length > 0
          ? html`<${Table} caption="Environment" columns=${envColumns} items=${detail.env} keyOf=${({ name }: Env) => name} />`
          : html`<${Nothing}>Nothing is set.<//>`
      }
    <//>
    <${Section} id="labels" title="Labels">
      ${
        labels.length > 0
          ? html`<${Table} caption="Labels" columns=${labelColumns} items=${labels} keyOf=${([name]: [string, string]) => name} />`
          : html`<${Nothing}>None.<//>`
      }
    <//>`
}
