import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { Blank, Waiting } from './components/blank.ts'
import { Button } from './components/button.ts'
import { Icon } from './components/mark.ts'
import { useApp } from './lib/app.ts'
import { html } from './lib/html.ts'
import { loadStyles } from './lib/styles.ts'
import { Outlet } from './outlet.ts'
import { Shell } from './shell.ts'

/** The page for those who are not in, and its styles. */
export const loadEntrance = async (): Promise<ComponentType> => {
  const [{ Page }] = await Promise.all([import('./people/entrance/page.ts'), loadStyles(['entrance'])])
  return Page
}

/** Ways in: claim, sign-in, a new password, a second factor. Loaded only by those who need one. */
const Entrance = () => {
  const page = useSignal<ComponentType | null>(null)
  const failed = useSignal(false)
  useEffect(() => {
    loadEntrance().then(
      (Page) => {
        page.value = Page
      },
      () => {
        failed.value = true
      },
    )
  }, [])
  if (failed.value) return html`<${Unreachable} />`
  const Page = page.value
  return Page ? html`<${Page} />` : null
}

const Unreachable = () => {
  const { account } = useApp()
  useEffect(() => {
    const again = () => void account.start()
    const timer = setInterval(again, 5000)
    addEventListener('online', again)
    return () => {
      clearInterval(timer)
      removeEventListener('online', again)
    }
  }, [])
  return html`<main class="page" id="main">
    <h1 class="sr">Belfry</h1>
    <${Blank} level=${2} state="unknown" title="The box cannot be reached"
      buttons=${html`<${Button} icon="restart" onClick=${() => account.start()}>Try now<//>`}
    >It may be starting, switched off, or on another network. This page tries again every five seconds and goes on by itself.<//>
  </main>`
}

/** A page for everybody, without the rail: nobody is signed in. */
const OpenPage = () => html`<div class="open">
  <header class="page"><a class="brand" href="/"><${Icon} name="belfry" /><span>Belfry</span></a></header>
  <main class="page" id="main" tabindex="-1"><${Outlet} /></main>
</div>`

/** Somebody was signed in here before: the frame of the pages is right while the box is asked. */
const hasSignedIn = () => localStorage.getItem('belfry.signed-in') !== null

export const Root = () => {
  const { account, router } = useApp()
  const { phase } = account
  const isOpen = router.match.value.route?.open === true
  if (isOpen && phase.value !== 'signed-in' && phase.value !== 'starting') return html`<${OpenPage} />`
  switch (phase.value) {
    case 'starting':
      return hasSignedIn() ? html`<${Shell}><${Waiting} lines=${8} what="Asking the box" /><//>` : null
    case 'unreachable':
      return html`<${Unreachable} />`
    case 'signed-in':
      return html`<${Shell}><${Outlet} /><//>`
    default:
      return html`<${Entrance} />`
  }
}
