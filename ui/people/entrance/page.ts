import type { ComponentChildren } from 'preact'
import { Icon } from '../../components/mark.ts'
import { useApp } from '../../lib/app.ts'
import { shortPrint } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { Claim } from './claim.ts'
import { NewPassword } from './new-password.ts'
import { SecondFactorFirst } from './second-factor-first.ts'
import { SignIn } from './sign-in.ts'

const Footer = () => {
  const status = useApp().account.status.value
  if (!status) return null
  const { version, certificate } = status
  return html`<footer class="faint">
    ${location.hostname}, version ${version}${certificate ? html`, certificate <span class="mono">${shortPrint(certificate)}</span>` : null}
  </footer>`
}

const titles: Record<string, string> = {
  unclaimed: 'Claim this box',
  'signed-out': 'Sign in',
  'password-change': 'A password of your own',
  'second-factor': 'A second factor',
}

const formOf = (phase: string): ComponentChildren => {
  switch (phase) {
    case 'unclaimed':
      return html`<${Claim} />`
    case 'password-change':
      return html`<${NewPassword} />`
    case 'second-factor':
      return html`<${SecondFactorFirst} />`
    default:
      return html`<${SignIn} />`
  }
}

/** One column, one thing to do. */
export const Page = () => {
  const { account } = useApp()
  const phase = account.phase.value
  const site = account.status.value?.siteName ?? 'Belfry'
  document.title = `${titles[phase] ?? 'Sign in'} · ${site}`
  return html`<main class="claim" id="main">
    <div class="brand"><${Icon} name="belfry" /><span>${site}</span></div>
    ${formOf(phase)}
    <${Footer} />
  </main>`
}
