import { Icon } from '../components/mark.ts'
import { ThemeSwitch } from '../components/theme-switch.ts'
import { useApp } from '../lib/app.ts'
import { capital } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import { type Entry, houseEntries } from '../shell.ts'

const EntryLine = ({ href, icon, text, note }: Pick<Entry, 'href' | 'icon' | 'text'> & { note?: string }) =>
  html`<li class="entry"><a href=${href}><${Icon} name=${icon} /><span>${text}</span><span class="faint">${note}</span><${Icon} name="right" /></a></li>`

/** On a phone: what does not fit under the thumb. */
export const Page = () => {
  const { account } = useApp()
  const person = account.person.value
  return html`<div class="head"><h1>More</h1></div>
    <ul class="entries">
      ${houseEntries.filter(({ place }) => maySee(person, place)).map((entry) => html`<${EntryLine} key=${entry.href} ...${entry} />`)}
      ${person ? html`<${EntryLine} href="/me" icon="key" text=${capital(person.username)} note=${person.role} />` : null}
      <li class="entry"><button type="button" onClick=${() => account.signOut()}><${Icon} name="out" /><span>Sign out</span></button></li>
    </ul>
    <div class="field more-theme"><span class="label">Theme</span><${ThemeSwitch} /></div>`
}
