import { type ReadonlySignal, signal } from '@preact/signals'

export interface Clock {
  /** The box's time in ms, once a second while the page is looked at. */
  now: ReadonlySignal<number>
  /** The box's time at this instant. */
  read(): number
  /** Learns how far the reader's clock is off from the box's. */
  set(boxTime: string): void
  start(): () => void
}

export const createClock = (): Clock => {
  let offset = 0
  const read = () => Date.now() + offset
  const now = signal(read())
  const tick = () => {
    if (!document.hidden) now.value = read()
  }
  return {
    now,
    read,
    set: (boxTime) => {
      const at = Date.parse(boxTime)
      if (Number.isFinite(at)) offset = at - Date.now()
      now.value = read()
    },
    start: () => {
      const timer = setInterval(tick, 1000)
      document.addEventListener('visibilitychange', tick)
      return () => {
        clearInterval(timer)
        document.removeEventListener('visibilitychange', tick)
      }
    },
  }
}
