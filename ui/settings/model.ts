import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Settings } from '#protocol/settings.ts'
import type { App } from '../lib/app.ts'
import { type Draft, draftOf } from './draft.ts'

export interface SettingsModel {
  stored: ReadonlySignal<Settings | null>
  /** What is in the fields. It outlives the page, so that the browser's way back loses nothing. */
  draft: Signal<Draft | null>
  error: ReadonlySignal<unknown>
  load(): Promise<void>
  save(patch: Partial<Settings>): Promise<void>
  discard(): void
}

export const createSettings = ({ api, account }: App): SettingsModel => {
  const stored = signal<Settings | null>(null)
  const draft = signal<Draft | null>(null)
  const error = signal<unknown>(null)

  const isTouched = () =>
    stored.peek() !== null && JSON.stringify(draft.peek()) !== JSON.stringify(draftOf(stored.peek() as Settings))

  const take = (next: Settings, keepDraft: boolean) =>
    batch(() => {
      stored.value = next
      if (!keepDraft) draft.value = draftOf(next)
      error.value = null
    })

  return {
    stored,
    draft,
    error,
    load: async () => {
      try {
        const next = await api.get<Settings>('/settings')
        take(next, isTouched())
      } catch (wrong) {
        error.value = wrong
      }
    },
    save: async (patch) => {
      const next = await api.put<Settings>('/settings', patch)
      take(next, false)
      account.learn({ siteName: next.siteName, timeZone: next.timeZone })
    },
    discard: () => {
      if (stored.peek()) draft.value = draftOf(stored.peek() as Settings)
    },
  }
}
