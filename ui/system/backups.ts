import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Backup } from '#protocol/system.ts'
import { Failed, Waiting } from '../components/blank.ts'
import { Button, IconButton } from '../components/button.ts'
import { Section } from '../components/facts.ts'
import { Menu, type MenuItem } from '../components/menu.ts'
import { type Column, Table } from '../components/table.ts'
import { Ago } from '../components/when.ts'
import { sentenceOf } from '../lib/api-error.ts'
import { type App, useApp } from '../lib/app.ts'
import { bytes, say, took } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { saveFile } from '../lib/save-file.ts'
import { askDelete, askRestore, askRestoreFile } from './backup-questions.ts'

const reasons: Record<string, string> = {
  asked: 'somebody asked',
  nightly: 'every night',
  'before-restore': 'before a restore',
  'rotate-key': 'before the key was changed',
  migrate: 'before an update',
}

const useBackups = () => {
  const { api } = useApp()
  const items = useSignal<readonly Backup[] | null>(null)
  const error = useSignal<unknown>(null)
  const read = async () => {
    try {
      items.value = (await api.get<{ items: Backup[] }>('/backups')).items
      error.value = null
    } catch (cause) {
      error.value = cause
    }
  }
  useEffect(() => {
    void read()
  }, [])
  return { items: items.value, error: error.value, read }
}

const download = async ({ api, toasts }: App, { name }: Backup) => {
  try {
    const response = await api.open(`/backups/${encodeURIComponent(name)}/download`, {}, { timeoutMs: 0 })
    saveFile(await response.blob(), name)
  } catch (error) {
    toasts.say({ state: 'trouble', title: `${name} could not be downloaded`, text: sentenceOf(error) })
  }
}

const Make = ({ onMade }: { onMade: () => Promise<void> }) => {
  const { api, toasts, clock } = useApp()
  const busy = useSignal(false)
  const make = async () => {
    busy.value = true
    const began = clock.read()
    try {
      const made = await api.post<Backup>('/backups', undefined, { timeoutMs: 300_000 })
      await onMade()
      toasts.say({
        state: 'fine',
        title: 'Made a backup',
        text: `${say(bytes(made.bytes))}, verified after ${took(clock.read() - began)}.`,
      })
    } catch (error) {
      toasts.say({ state: 'trouble', title: 'No backup was made', text: sentenceOf(error) })
    } finally {
      busy.value = false
    }
  }
  return html`<${Button} kind="primary" icon="plus" busy=${busy.value} onClick=${make}>${busy.value ? 'Making a backup' : 'Make a backup'}<//>`
}

const Upload = () => {
  const app = useApp()
  const onChange = (event: Event) => {
    const input = event.target as HTMLInputElement
    const [file] = input.files ?? []
    input.value = ''
    if (file) askRestoreFile(app, file)
  }
  return html`<label class="button plain file"><input class="sr" type="file" accept=".gz,.db,application/gzip" onChange=${onChange} />Restore from a file</label>`
}

const columnsOf = (app: App, read: () => Promise<void>): Column<Backup>[] => {
  const items = (backup: Backup): MenuItem[] => [
    { text: 'Download', icon: 'pull', onChoose: () => void download(app, backup) },
    { text: 'Restore', icon: 'restart', onChoose: () => askRestore(app, backup) },
    { text: 'Delete', icon: 'bin', danger: true, onChoose: () => askDelete(app, backup, read) },
  ]
  return [
    {
      key: 'made',
      title: 'Made',
      name: true,
      cell: ({ createdAt, name }) => html`${app.times.full(createdAt)}<span class="sub mono">${name}</span>`,
    },
    { key: 'age', title: 'Age', cell: ({ createdAt }) => html`<${Ago} at=${createdAt} />` },
    { key: 'why', title: 'Why', cell: ({ reason }) => reasons[reason] ?? reason },
    { key: 'size', title: 'Size', kind: 'n', cell: ({ bytes: size }) => say(bytes(size)) },
    {
      key: 'acts',
      title: 'Actions',
      hidden: true,
      kind: 'beside',
      cell: (backup) => html`<span class="acts">
        <${IconButton} icon="pull" label=${`Download ${backup.name}`} onClick=${() => void download(app, backup)} />
        <${Menu} label=${`More for ${backup.name}`} items=${() => items(backup)} />
      </span>`,
    },
  ]
}

/** Copies of all that the box knows. */
export const Backups = () => {
  const app = useApp()
  const { items, error, read } = useBackups()
  return html`<${Section} id="backups" title="Backups" end=${items ? `${items.length} on this box` : null}>
    <p class="quiet pad">One moment of the whole database. Keys inside stay sealed and need this box’s master key, which is not in it: keep that apart.</p>
    <div class="buttons pad"><${Make} onMade=${read} /><${Upload} /></div>
    ${items === null ? (error === null ? html`<${Waiting} lines=${3} />` : html`<${Failed} what="The list" error=${error} onRetry=${() => void read()} />`) : null}
    ${items && items.length === 0 ? html`<p class="quiet pad">None yet. Belfry makes one every night; a lost SD card would take everything until then.</p>` : null}
    ${items && items.length > 0 ? html`<${Table} caption="Backups" columns=${columnsOf(app, read)} items=${items} keyOf=${({ name }: Backup) => name} />` : null}
  <//>`
}
