import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { useApp } from '../lib/app.ts'

const nextPicture = (work: () => void) => {
  if (document.hidden) setTimeout(work)
  else requestAnimationFrame(() => setTimeout(work))
}

/** Counts pictures of the screen while somebody waits for a turn, and never back. */
const createTurns = () => {
  const turn = signal(0)
  let last = 0
  let isCounting = false

  const next = () => {
    turn.value += 1
    isCounting = turn.peek() < last
    if (isCounting) nextPicture(next)
  }

  return {
    isDue: (wanted: number): ReadonlySignal<boolean> => {
      last = Math.max(last, wanted)
      if (!isCounting && turn.peek() < last) {
        isCounting = true
        nextPicture(next)
      }
      return computed(() => turn.value >= wanted)
    },
  }
}

/**
 * Draws its part so many pictures later, at the first time only: the top of a page is there to be read and tapped
 * while the rest of it is made, piece by piece. Who comes back to a page finds it whole, scrolled to where it was.
 */
export const InTurn = ({ turn, children }: { turn: number; children?: ComponentChildren }) => {
  const turns = useApp().model(createTurns)
  const isDue = useMemo(() => turns.isDue(turn), [turn])
  return isDue.value ? children : null
}
