import { useSignal } from '@preact/signals'
import type { DiscoveredSource, Source } from '#protocol/source.ts'
import { Button } from '../components/button.ts'
import { Group } from '../components/group.ts'
import { Icon } from '../components/mark.ts'
import { sentenceOf } from '../lib/api-error.ts'
import { type App, useApp } from '../lib/app.ts'
import { took } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { formOf, needsCredentials } from './forms.ts'
import { kindName } from './kinds.ts'

const newHref = ({ kind, name, url }: DiscoveredSource) => `/sources/new?${new URLSearchParams({ kind, name, url })}`

/** What needs no key is added at once. */
export const addFound = async ({ api, state, toasts, clock, router }: App, found: DiscoveredSource): Promise<void> => {
  const began = clock.read()
  const { kind, url } = found
  const name = found.name || kindName[kind]
  try {
    const source = await api.post<Source>('/sources', { kind, name, url, credentials: {} }, { timeoutMs: 45_000 })
    state.put({ source })
    const answers = source.status.state === 'ok'
    toasts.say({
      state: answers ? 'fine' : 'attention',
      title: `Added ${name}`,
      text: answers
        ? `It answered after ${took(clock.read() - began)}.`
        : (source.status.reason ?? 'It does not answer yet.'),
    })
    router.go(`/sources/${encodeURIComponent(source.id)}`)
  } catch (error) {
    toasts.say({ state: 'trouble', title: `${name} was not added`, text: sentenceOf(error) })
  }
}

const Entry = ({ found }: { found: DiscoveredSource }) => {
  const app = useApp()
  const busy = useSignal(false)
  const form = formOf(found.kind)
  const add = async () => {
    busy.value = true
    await addFound(app, found)
    busy.value = false
  }
  const name = found.name || kindName[found.kind]
  return html`<li class="found">
    <${Icon} name="plus" />
    <span class="found-name"><b>${name}</b> <span class="faint">${kindName[found.kind]} at <span class="mono">${found.url}</span></span></span>
    ${
      form
        ? needsCredentials(form)
          ? html`<${Button} href=${newHref(found)} label=${`Add ${name}`}>Add<//>`
          : html`<${Button} busy=${busy.value} onClick=${add} label=${`Add ${name}`}>Add<//>`
        : html`<span class="faint">cannot be added yet</span>`
    }
  </li>`
}

/** Servers that answered on this network and are no source yet. */
export const Found = (props: {
  found: readonly DiscoveredSource[]
  searching: boolean
  onSearch: () => Promise<void>
}) => {
  const { found, searching, onSearch } = props
  const { toasts } = useApp()
  const search = () =>
    onSearch().catch((error: unknown) =>
      toasts.say({ state: 'trouble', title: 'The network could not be searched', text: sentenceOf(error) }),
    )
  return html`<${Group} id="found" name="Found on this network"
    sum=${html`<${Button} kind="plain" icon="search" busy=${searching} onClick=${search}>${searching ? 'Searching' : 'Search again'}<//>`}>
    ${
      found.length > 0
        ? html`<ul>${found.map((item) => html`<${Entry} key=${`${item.kind} ${item.url}`} found=${item} />`)}</ul>`
        : html`<p class="quiet pad">${searching ? 'Asking around.' : 'Nothing new answers. Media servers on the same network and this machine’s Docker engine show here by themselves.'}</p>`
    }
  <//>`
}
