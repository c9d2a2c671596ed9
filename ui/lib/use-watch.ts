import { useEffect } from 'preact/hooks'
import { useApp } from './app.ts'

/** Asks for events that are sent on request only, as long as the component is there. Null asks for nothing. */
export const useWatch = (topic: string | null): void => {
  const { live } = useApp()
  useEffect(() => (topic === null ? undefined : live.watch(topic)), [topic])
}
