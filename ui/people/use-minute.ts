import { useComputed } from '@preact/signals'
import { useApp } from '../lib/app.ts'

/** The box's time at the last full minute: what is drawn with it is drawn again once a minute, not each second. */
export const useMinute = (): number => {
  const { clock } = useApp()
  return useComputed(() => Math.floor(clock.now.value / 60_000) * 60_000).value
}
