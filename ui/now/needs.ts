import { computed, type ReadonlySignal } from '@preact/signals'
import type { Container } from '#protocol/container.ts'
import type { Person } from '#protocol/person.ts'
import type { DiscoveredSource, Source } from '#protocol/source.ts'
import type { Backup, System } from '#protocol/system.ts'
import { conditionOf } from '../containers/condition.ts'
import type { App } from '../lib/app.ts'
import { ago, listed, span, type Times } from '../lib/format.ts'
import { createSuggestions } from '../lib/model/suggestions.ts'
import { kindName } from '../sources/kinds.ts'

/** One thing that waits for a person. `suggestion` is an offer: it is shown, and not counted as trouble. */
export interface NeedItem {
  key: string
  kind: 'trouble' | 'attention' | 'unknown' | 'suggestion'
  title: string
  text: string
  look: { text: string; href: string }
  retry?: string
  found?: DiscoveredSource
}

export interface NeedFacts {
  now: number
  person: Person | null
  sources: readonly Source[]
  containers: readonly Container[]
  system: System | null
  found: readonly DiscoveredSource[]
  newestBackup: Backup | null | undefined
  times: Times
}

/** A source may be away this long before it asks for anybody: most come back by themselves. */
const patienceMs = 120_000
const backupAgeMs = 8 * 86_400_000
const shownSuggestions = 3
const shownContainers = 3

const sourceNeed = (source: Source, { now, times }: NeedFacts): NeedItem | null => {
  const { id, name, status } = source
  const key = `source:${id}`
  const look = { text: 'Look', href: `/sources/${encodeURIComponent(id)}` }
  const since = Date.parse(status.since)
  switch (status.state) {
    case 'unauthorized':
      return {
        key,
        look,
        kind: 'trouble',
        title: `${name} refuses our key`,
        text: status.reason ?? 'Give it a new one.',
      }
    case 'untrusted':
      return {
        key,
        look: { ...look, text: 'Compare' },
        kind: 'attention',
        title: `${name} shows another certificate`,
        text: status.reason ?? 'Belfry sends nothing there until you have compared them.',
      }
    case 'degraded':
      return { key, look, kind: 'attention', title: `${name} works only in part`, text: status.reason ?? '' }
    case 'unreachable': {
      if (now - since < patienceMs) return null
      const text = `No word since ${times.near(since, now)}, ${ago(now - since)}. ${status.reason ?? ''}`
      return { key, look, kind: 'trouble', title: `${name} does not answer`, text: text.trim(), retry: id }
    }
    default:
      return null
  }
}

const containerNeeds = ({ containers, sources }: NeedFacts): NeedItem[] => {
  const away = new Set(sources.filter(({ status }) => status.state !== 'ok').map(({ id }) => id))
  const bad = containers.filter(
    (container) =>
      !away.has(container.sourceId) && (conditionOf(container).state === 'trouble' || container.health === 'unhealthy'),
  )
  const placeOf = ({ sourceId }: Container) => sources.find(({ id }) => id === sourceId)?.name ?? 'its engine'
  if (bad.length > shownContainers) {
    return [
      {
        key: 'containers',
        kind: 'trouble',
        title: `${bad.length} containers are not well`,
        text: `${listed(bad.slice(0, 3).map(({ name }) => name))} and others.`,
        look: { text: 'Look', href: '/containers?show=not-fine' },
      },
    ]
  }
  return bad.map((container) => ({
    key: `container:${container.id}`,
    kind: container.health === 'unhealthy' ? 'attention' : 'trouble',
    title: container.health === 'unhealthy' ? `${container.name} is unhealthy` : `${container.name} does not stay up`,
    text: `${conditionOf(container).fact}, on ${placeOf(container)}.`,
    look: { text: 'Look', href: `/containers/${encodeURIComponent(container.id)}` },
  }))
}

const personNeeds = ({ person, now }: NeedFacts): NeedItem[] => {
  const until = person?.secondFactor.graceEndsAt
  if (!person?.secondFactor.required || !until || person.secondFactor.totp || person.secondFactor.passkeys > 0)
    return []
  return [
    {
      key: 'second-factor',
      kind: 'attention',
      title: 'Add a second factor',
      text: `An admin needs one. In ${span(Date.parse(until) - now)} this box asks for it before anything else.`,
      look: { text: 'Set up', href: '/me?add=second-factor' },
    },
  ]
}

const boxNeeds = ({ person, system, newestBackup, now, times }: NeedFacts): NeedItem[] => {
  if (person?.role !== 'admin') return []
  const needs: NeedItem[] = []
  if (system?.recovered) {
    const { at, reason } = system.recovered
    needs.push({
      key: 'recovered',
      kind: 'attention',
      title: 'The database was taken from an older copy',
      text: `${reason} It happened ${times.near(at, now)}.`,
      look: { text: 'Look', href: '/system' },
    })
  }
  const runsFor = system ? now - Date.parse(system.startedAt) : 0
  const tooOld = newestBackup ? now - Date.parse(newestBackup.createdAt) > backupAgeMs : runsFor > 86_400_000
  if (newestBackup !== undefined && tooOld) {
    needs.push({
      key: 'backup',
      kind: 'attention',
      title: newestBackup ? 'The last backup is old' : 'There is no backup yet',
      text: newestBackup
        ? `It was made ${ago(now - Date.parse(newestBackup.createdAt))}.`
        : 'A lost SD card would take everything with it.',
      look: { text: 'Make one', href: '/system' },
    })
  }
  return needs
}

const suggestionNeeds = ({ found }: NeedFacts): NeedItem[] =>
  found.slice(0, shownSuggestions).map((item) => ({
    key: `found:${item.identity ?? item.url}`,
    kind: 'suggestion',
    title: `${kindName[item.kind]} answers on this network`,
    text: item.name ? `${item.name}, at ${item.url}.` : `At ${item.url}.`,
    look: {
      text: 'Add',
      href: `/sources/new?${new URLSearchParams({ kind: item.kind, name: item.name, url: item.url })}`,
    },
    found: item,
  }))

const rank = { trouble: 0, attention: 1, unknown: 1, suggestion: 2 }

/** What waits for a person, the worst first. */
export const needsOf = (facts: NeedFacts): NeedItem[] =>
  [
    ...facts.sources.flatMap((source) => sourceNeed(source, facts) ?? []),
    ...containerNeeds(facts),
    ...boxNeeds(facts),
    ...personNeeds(facts),
    ...suggestionNeeds(facts),
  ].sort((a, b) => rank[a.kind] - rank[b.kind])

const keyOf = (needs: readonly NeedItem[]) =>
  JSON.stringify(needs.map(({ key, kind, title, text }) => [key, kind, title, text]))

/** The same list object as long as nothing in it changed, however often the clock ticks. */
export const createNeeds = (app: App): ReadonlySignal<readonly NeedItem[]> => {
  const { found, newestBackup } = app.model(createSuggestions)
  let last: readonly NeedItem[] = []
  const minute = computed(() => Math.floor(app.clock.now.value / 15_000) * 15_000)
  return computed(() => {
    const next = needsOf({
      now: minute.value,
      person: app.account.person.value,
      sources: app.state.sourceList.value,
      containers: app.state.containerList.value,
      system: app.state.system.value,
      found: found.value,
      newestBackup: newestBackup.value,
      times: app.times,
    })
    if (keyOf(next) !== keyOf(last)) last = next
    return last
  })
}
