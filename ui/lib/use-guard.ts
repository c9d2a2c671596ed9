import { useEffect } from 'preact/hooks'
import { useApp } from './app.ts'
import type { Effect } from './model/asks.ts'

/**
 * Asks before a link leads away from changes that are not saved; closing the tab asks in the browser's own words.
 * The way back of the browser cannot be held: whoever uses this keeps the changes, or says that they are gone.
 */
export const useGuard = (unsaved: { question: string; effects: Effect[]; keep: string; leave: () => void } | null) => {
  const { asks, router } = useApp()
  useEffect(() => {
    if (!unsaved) return
    const onClick = (event: MouseEvent) => {
      const link = (event.target as Element | null)?.closest?.('a')
      const href = link?.getAttribute('href')
      if (!href?.startsWith('/') || href.split('?')[0] === location.pathname || link?.target) return
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      event.stopPropagation()
      asks.ask({
        ...{ question: unsaved.question, effects: unsaved.effects, keep: unsaved.keep },
        ...{ act: 'Leave without saving', acting: 'Leaving', danger: true },
        run: async () => {
          unsaved.leave()
          setTimeout(() => router.go(href))
        },
      })
    }
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault()
    document.addEventListener('click', onClick, true)
    addEventListener('beforeunload', onUnload)
    return () => {
      document.removeEventListener('click', onClick, true)
      removeEventListener('beforeunload', onUnload)
    }
  })
}
