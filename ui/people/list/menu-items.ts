import type { Person } from '#protocol/person.ts'
import type { MenuItem } from '../../components/menu.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import type { App } from '../../lib/app.ts'
import { askAbout, type PersonQuestion } from '../questions.ts'
import { rightsOver } from '../rights.ts'

const onlyAdmin = 'Only an admin may do this.'

/** What else can be done with an account; what cannot says why. */
export const personMenu = (app: App, person: Person): MenuItem[] => {
  const me = app.account.person.peek()
  const { change, rule, why } = rightsOver(me, person)
  const self = me?.id === person.id
  const ask = (name: PersonQuestion) => () => {
    askAbout(app, name, person).catch((error: unknown) =>
      app.toasts.say({ state: 'trouble', title: 'That did not begin', text: sentenceOf(error) }),
    )
  }
  const noChange = change ? undefined : (why ?? onlyAdmin)
  const noRule = rule ? undefined : self ? 'You cannot do this to yourself.' : onlyAdmin
  const noPassword = self
    ? 'Change your own under Me.'
    : person.role === 'viewer'
      ? 'A viewer has none here.'
      : noChange
  const noSelf = self ? 'You cannot switch yourself off.' : noChange
  const has = person.secondFactor.totp || person.secondFactor.passkeys > 0
  return [
    { text: 'New one-time password', icon: 'key', off: noPassword, onChoose: ask('newPassword') },
    { text: 'End all sign-ins', icon: 'out', off: noRule, onChoose: ask('endSignIns') },
    ...(has && me?.role === 'admin'
      ? [{ text: 'Take away second factor', icon: 'shield', off: noRule, onChoose: ask('clearFactor') }]
      : []),
    person.disabled
      ? { text: 'Switch on', icon: 'power', off: noSelf, onChoose: ask('enable') }
      : { text: 'Switch off', icon: 'power', off: noSelf, onChoose: ask('disable') },
    { text: 'Delete', icon: 'bin', danger: rule, off: noRule, onChoose: ask('remove') },
  ]
}
