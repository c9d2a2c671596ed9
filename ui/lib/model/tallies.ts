import { computed, type ReadonlySignal } from '@preact/signals'
import { conditionOf } from '../../containers/condition.ts'
import { createNeeds } from '../../now/needs.ts'
import { isAway, isMedia, sourceMark } from '../../sources/kinds.ts'
import type { App } from '../app.ts'
import type { Place } from './may.ts'

export interface Tally {
  count: number | null
  state: 'fine' | 'attention' | 'trouble'
}

const worst = (states: readonly string[]): Tally['state'] =>
  states.includes('trouble') ? 'trouble' : states.includes('attention') ? 'attention' : 'fine'

/** The figures and marks beside the entries of the navigation. */
export const createTallies = (app: App): ReadonlySignal<Partial<Record<Place, Tally>>> => {
  const needs = app.model(createNeeds)
  return computed(() => {
    const { containerList, sessionList, sourceList, known } = app.state
    if (!known.value) return {}
    const sources = sourceList.value
    const tallies: Partial<Record<Place, Tally>> = {}
    if (needs.value.length > 0) tallies.now = { count: needs.value.length, state: 'fine' }
    if (sources.some(({ kind }) => isMedia(kind))) {
      const away = sources.filter(isAway).map(({ id }) => id)
      const alive = sessionList.value.filter(({ sourceId }) => !away.includes(sourceId))
      tallies.sessions = { count: alive.length, state: 'fine' }
    }
    if (containerList.value.length > 0) {
      const states = containerList.value.map((container) => conditionOf(container).state)
      tallies.containers = { count: containerList.value.length, state: worst(states) }
    }
    if (sources.length > 0)
      tallies.sources = { count: sources.length, state: worst(sources.map(({ status }) => sourceMark[status.state])) }
    return tallies
  })
}
