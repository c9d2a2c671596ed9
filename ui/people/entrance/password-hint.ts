import { Mark } from '../../components/mark.ts'
import { html } from '../../lib/html.ts'

/** Length is all that is asked for; it says so while somebody types. */
export const PasswordHint = ({ value, least }: { value: string; least: number }) => {
  if (value.length >= least)
    return html`<span class="state"><${Mark} state="fine" /> Long enough.</span> Nothing else is demanded of it.`
  const left = least - value.length
  return value.length === 0
    ? html`At least ${least} characters. Three words are easier to keep than one riddle.`
    : html`${left} more ${left === 1 ? 'character' : 'characters'}.`
}
