import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { DiscoveredSource } from '#protocol/source.ts'
import type { Backup } from '#protocol/system.ts'
import type { App } from '../app.ts'

export interface Suggestions {
  /** Servers that answered on the local network and are no source yet. */
  found: ReadonlySignal<readonly DiscoveredSource[]>
  /** The newest backup; undefined while nobody has asked, null when there is none. */
  newestBackup: ReadonlySignal<Backup | null | undefined>
  /** Not now: this browser does not show it again. */
  hide(found: DiscoveredSource): void
}

const againMs = 60_000
const hiddenKey = 'belfry.not-now'
const keyOf = ({ identity, url }: DiscoveredSource) => identity ?? url

/** What an admin could do next. Asked for on the side: nothing waits for it. */
export const createSuggestions = ({ api, account, state }: App): Suggestions => {
  const found = signal<readonly DiscoveredSource[]>([])
  const newestBackup = signal<Backup | null | undefined>(undefined)
  const hidden = new Set<string>(JSON.parse(localStorage.getItem(hiddenKey) ?? '[]') as string[])

  const keep = (items: readonly DiscoveredSource[]) => {
    found.value = items.filter((item) => !item.known && !hidden.has(keyOf(item)))
  }
  const ask = async () => {
    const [discovered, backups] = await Promise.allSettled([
      api.get<{ items: DiscoveredSource[] }>('/sources/discovered'),
      api.get<{ items: Backup[] }>('/backups'),
    ])
    if (discovered.status === 'fulfilled') keep(discovered.value.items)
    if (backups.status === 'fulfilled')
      newestBackup.value = backups.value.items.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0] ?? null
  }

  effect(() => {
    const wanted = account.person.value?.role === 'admin' && account.phase.value === 'signed-in' && state.known.value
    if (!wanted) return
    void ask()
    const timer = setInterval(() => {
      if (!document.hidden) void ask()
    }, againMs)
    return () => clearInterval(timer)
  })

  return {
    found,
    newestBackup,
    hide: (item) => {
      hidden.add(keyOf(item))
      localStorage.setItem(hiddenKey, JSON.stringify([...hidden]))
      keep(found.peek())
    },
  }
}
