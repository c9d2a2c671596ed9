import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { Container } from '#protocol/container.ts'
import { useApp } from '../../lib/app.ts'
import { canTell } from '../words.ts'
import { createLogFeed, type LogFeed } from './feed.ts'

/** A log as one reader looks at it. */
export interface LogView {
  feed: LogFeed
  /** Its engine does not answer: nothing comes for now. */
  away: ReadonlySignal<boolean>
  /** Stays with the newest line; ends when one scrolls up. */
  following: Signal<boolean>
  /** Number of the last line that was in sight when following ended. */
  seen: Signal<number>
  /** Whether the field to search in it is open. */
  searching: Signal<boolean>
  /** Which of the hits is looked at. */
  hit: Signal<number>
}

const makeView = (feed: LogFeed, away: ReadonlySignal<boolean>): LogView => ({
  feed,
  away,
  following: signal(true),
  seen: signal(0),
  searching: signal(false),
  hit: signal(0),
})

/** Reads as long as the component is there; goes on by itself when the container runs again. */
export const useLog = (container: Container, tail: number): LogView => {
  const { api, state } = useApp()
  const { id, sourceId } = container
  const view = useMemo(() => {
    const isRunning = () => state.containers.peek().get(id)?.state === 'running'
    const away = computed(() => !canTell(state.sources.value.get(sourceId)))
    return makeView(createLogFeed({ api, id, tail, isRunning }), away)
  }, [id])
  const runs = container.state === 'running'
  useEffect(() => view.feed.start(), [view, runs])
  return view
}
