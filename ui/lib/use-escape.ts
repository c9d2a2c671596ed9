import { useEffect } from 'preact/hooks'

/** Escape closes what is beside the page, unless a dialog is open or somebody else took the key. */
export const useEscape = (close: () => void): void =>
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) close()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
