import { Button } from '../components/button.ts'
import { Dialog } from '../components/dialog.ts'
import { Icon } from '../components/mark.ts'
import { Copy } from '../components/tag.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { createPeople } from './model.ts'

const stay = () => undefined

/** The one moment in which a one-time password is shown. It closes by its button only: nothing brings it back. */
export const HandoverDialog = () => {
  const { handover } = useApp().model(createPeople)
  const shown = handover.value
  if (!shown) return null
  const { person, password, isNew } = shown
  const done = () => {
    handover.value = null
  }
  return html`<${Dialog} title=${isNew ? `${person.username} can come in` : `A new password for ${person.username}`}
    describedBy="handover" onClose=${stay}>
    <p class="quiet" id="handover">Hand this over in person or by a safe way. It is shown this once and works for one sign-in.</p>
    <div class="once"><${Copy} text=${password} label="the password" /></div>
    <ul class="effects">
      <li><${Icon} name="locate" /><span><b>Where:</b> <span class="mono">${location.host}</span>, as <b>${person.username}</b></span></li>
      <li><${Icon} name="edit" /><span><b>${person.username} then chooses their own,</b> which only they know.</span></li>
      <li><${Icon} name="restart" /><span><b>Lost on the way?</b> Make another one, and this stops working.</span></li>
    </ul>
    <div class="buttons"><${Button} kind="primary" autofocus onClick=${done}>I have handed it over<//></div>
  <//>`
}
