import { type ReadonlySignal, signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

export interface Effect {
  /** An icon of the sprite, or a mark's state when it hurts. */
  icon?: string
  state?: 'attention' | 'trouble'
  /** The bold beginning. */
  what: string
  rest?: string
}
export interface Ask {
  /** A question with names in it. */
  question: string
  /** Two to four concrete effects, and what is not lost. */
  effects: Effect[]
  /** Names what stays: "Keep playing". */
  keep: string
  act: string
  /** Said while it runs: "Ending Metropolis". */
  acting: string
  expectedMs?: number
  danger?: boolean
  body?: () => ComponentChildren
  /** Throws what went wrong; the dialog stays open and says it. */
  run(): Promise<void>
}
export interface Asks {
  open: ReadonlySignal<Ask | null>
  ask(ask: Ask): void
  close(): void
}

/** One question at a time, whichever page asks it. */
export const createAsks = (): Asks => {
  const open = signal<Ask | null>(null)
  return {
    open,
    ask: (ask) => {
      open.value = ask
    },
    close: () => {
      open.value = null
    },
  }
}
