import { useComputed } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { OfflineBar } from './components/banner.ts'
import { Questions } from './components/dialog.ts'
import { Icon, Mark, type MarkState, Spoken } from './components/mark.ts'
import { ToastList } from './components/toasts.ts'
import { useApp } from './lib/app.ts'
import { bytes, capital, say, span } from './lib/format.ts'
import { html } from './lib/html.ts'
import { maySee, type Place } from './lib/model/may.ts'
import { createTallies, type Tally } from './lib/model/tallies.ts'

export interface Entry {
  place: Place
  href: string
  icon: string
  text: string
}

export const mainEntries: readonly Entry[] = [
  { place: 'now', href: '/', icon: 'now', text: 'Now' },
  { place: 'sessions', href: '/sessions', icon: 'sessions', text: 'Sessions' },
  { place: 'containers', href: '/containers', icon: 'containers', text: 'Containers' },
]
export const houseEntries: readonly Entry[] = [
  { place: 'analytics', href: '/analytics', icon: 'analytics', text: 'Analytics' },
  { place: 'sources', href: '/sources', icon: 'sources', text: 'Sources' },
  { place: 'people', href: '/people', icon: 'people', text: 'People' },
  { place: 'audit', href: '/audit', icon: 'audit', text: 'Audit' },
  { place: 'system', href: '/system', icon: 'system', text: 'System' },
  { place: 'settings', href: '/settings', icon: 'settings', text: 'Settings' },
]

export const isHere = (href: string, path: string): boolean =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`)

const markOf = ({ state }: Tally): MarkState | null => (state === 'attention' || state === 'trouble' ? state : null)

const Count = ({ place }: { place: Place }) => {
  const tallies = useApp().model(createTallies)
  const tally = tallies.value[place]
  if (!tally) return null
  const mark = markOf(tally)
  return html`<span class="count">
    ${mark ? html`<${Mark} state=${mark} /><${Spoken} state=${mark} />` : null}${tally.count ?? ''}
  </span>`
}

const Entries = ({ label, entries }: { label: string; entries: readonly Entry[] }) => {
  const { router } = useApp()
  const path = router.url.value.split('?')[0] ?? '/'
  return html`<nav class="nav" aria-label=${label}>
    ${entries.map(
      ({
        place,
        href,
        icon,
        text,
      }) => html`<a key=${href} href=${href} title=${text} aria-current=${isHere(href, path) ? 'page' : undefined}>
        <${Icon} name=${icon} /><span>${text}</span><${Count} place=${place} />
      </a>`,
    )}
  </nav>`
}

/** This box in three figures, and who looks at it. */
const Box = () => {
  const { state, account, clock } = useApp()
  const person = account.person.value
  const minute = useComputed(() => Math.floor(clock.now.value / 60_000) * 60_000)
  const system = state.system.value
  const vitals = system?.vitals
  const facts = system
    ? [
        vitals?.temperature ? `${Math.round(vitals.temperature)} °C` : null,
        vitals ? say(bytes(vitals.ownMemory)) : null,
        `up ${span(minute.value - Date.parse(system.bootedAt))}`,
      ].filter(Boolean)
    : []
  return html`<div class="box">
    ${system ? html`<a href="/system"><b>This box</b></a><span>${facts.join(' · ')}</span>` : null}
    ${person ? html`<a href="/me">${capital(person.username)}, ${person.role}</a>` : null}
  </div>`
}

const BarEntry = ({ entry, here }: { entry: Entry; here: boolean }) => {
  const tallies = useApp().model(createTallies)
  const tally = tallies.value[entry.place]
  const mark = tally && entry.place !== 'now' ? markOf(tally) : null
  return html`<a href=${entry.href} aria-current=${here ? 'page' : undefined}>
    <${Icon} name=${entry.icon} />${mark ? html`<${Mark} state=${mark} /><${Spoken} state=${mark} />` : null}<span>${entry.text}</span>
  </a>`
}

/** Under the thumb: the main entries, and More for the rest. */
const Bar = ({ entries }: { entries: readonly Entry[] }) => {
  const { router } = useApp()
  const path = router.url.value.split('?')[0] ?? '/'
  const inBar = entries.some(({ href }) => isHere(href, path))
  return html`<nav class="bar" aria-label="Main, short">
    ${entries.map((entry) => html`<${BarEntry} key=${entry.href} entry=${entry} here=${isHere(entry.href, path)} />`)}
    <a href="/more" aria-current=${inBar ? undefined : 'page'}><${Icon} name="more" /><span>More<span class="sr"> pages</span></span></a>
  </nav>`
}

/** Everything around a page. */
export const Shell = ({ children }: { children?: ComponentChildren }) => {
  const { account } = useApp()
  const person = account.person.value
  const main = mainEntries.filter(({ place }) => maySee(person, place))
  const house = houseEntries.filter(({ place }) => maySee(person, place))
  const bar = [...main, ...house.filter(({ place }) => place === 'sources')]
  const site = account.status.value?.siteName ?? 'Belfry'
  return html`<a class="button primary skip" href="#main">Skip to content</a>
    <div class="shell">
      <header class="rail">
        <a class="brand" href="/"><${Icon} name="belfry" /><span>${site}</span></a>
        <${Entries} label="Main" entries=${main} />
        ${house.length > 0 ? html`<${Entries} label="House" entries=${house} />` : null}
        <${Box} />
      </header>
      <div>
        <${OfflineBar} />
        <main class="page" id="main" tabindex="-1">${children}</main>
      </div>
      <${Bar} entries=${bar} />
    </div>
    <${Questions} />
    <${ToastList} />`
}
