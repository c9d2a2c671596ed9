import { Blank } from '../components/blank.ts'
import { html } from '../lib/html.ts'
import type { PageProps } from '../lib/router.ts'

export const Page = (_props: PageProps) => html`<div class="head"><h1>System</h1></div>
  <${Blank} level=${2} title="Nothing here yet">This page is still empty.<//>`
