import { useMemo } from 'preact/hooks'
import type { Container } from '#protocol/container.ts'
import type { Source } from '#protocol/source.ts'
import { Fold, Group } from '../components/group.ts'
import { State } from '../components/mark.ts'
import { conditionOf } from '../containers/condition.ts'
import { ContainerLine } from '../containers/container-line.ts'
import { createPower } from '../containers/power.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { AwayState, whereOf } from '../media/media-group.ts'
import { isAway } from '../sources/kinds.ts'

const shownFine = 3

const isFine = (container: Container) => conditionOf(container).state === 'fine'
const isOff = (container: Container) => conditionOf(container).state === 'off'

const sumOf = (source: Source, containers: readonly Container[]) => {
  if (isAway(source)) return html`<${AwayState} source=${source} />`
  const running = containers.filter(({ state }) => state === 'running').length
  const bad = containers.filter((container) => ['attention', 'trouble'].includes(conditionOf(container).state))
  const worst = bad.some((container) => conditionOf(container).state === 'trouble') ? 'trouble' : 'attention'
  const word = bad.length === 1 && bad[0] ? conditionOf(bad[0]).word.toLowerCase() : 'not fine'
  if (bad.length > 0) return html`<${State} state=${worst}>${bad.length} of ${containers.length} ${word}<//>`
  return containers.length > 0 ? html`<${State} state="fine">${running} of ${containers.length} run<//>` : null
}

/** "7 more run, all fine. 2 stopped: scraper, nightly-import". */
const foldText = (folded: readonly Container[], off: readonly Container[]): string => {
  const names = off.slice(0, 3).map(({ name }) => name)
  const stopped =
    off.length > 0 ? `${off.length} stopped: ${names.join(', ')}${off.length > 3 ? ' and others' : ''}` : ''
  const fine = folded.length > 0 ? `${folded.length} more ${folded.length === 1 ? 'runs, fine' : 'run, all fine'}` : ''
  return [fine, stopped].filter(Boolean).join('. ')
}

/** Chosen anew only when the set changes, so that rows do not jump with every measurement. What is not fine, what is under way, the busiest that are fine; the rest folds into a sentence. */
const useShown = (containers: readonly Container[], busy: ReadonlyMap<string, unknown>) => {
  const fine = containers.filter((container) => isFine(container) && !busy.has(container.id))
  const members = `${fine.some(({ cpu }) => cpu !== null)} ${fine.map(({ id }) => id).join()}`
  const chosen = useMemo(() => {
    const busiest = fine
      .toSorted((a, b) => (b.cpu ?? 0) - (a.cpu ?? 0))
      .slice(0, fine.length === shownFine + 1 ? shownFine + 1 : shownFine)
    return new Set(busiest.map(({ id }) => id))
  }, [members])
  const off = containers.filter((container) => isOff(container) && !busy.has(container.id))
  const shown = containers.filter(
    (container) => chosen.has(container.id) || (!fine.includes(container) && !off.includes(container)),
  )
  return { shown, off, folded: fine.filter(({ id }) => !chosen.has(id)) }
}

export const EngineGroup = ({ source, containers }: { source: Source; containers: readonly Container[] }) => {
  const app = useApp()
  const busy = app.model(createPower).pending.value
  const { shown, off, folded } = useShown(containers, busy)
  const away = isAway(source)
  const text = foldText(folded, off)
  return html`<${Group} id=${source.id} name=${source.name} where=${whereOf(source)} sum=${sumOf(source, containers)} unreachable=${away}>
    <ul>
      ${shown.map((container) => html`<${ContainerLine} key=${container.id} container=${container} away=${away} />`)}
      ${text ? html`<${Fold} href=${`/containers?engine=${encodeURIComponent(source.id)}`}>${text}<//>` : null}
      ${containers.length === 0 && !away ? html`<${Fold} href=${`/sources/${encodeURIComponent(source.id)}`}>No container is on it<//>` : null}
    </ul>
  <//>`
}
