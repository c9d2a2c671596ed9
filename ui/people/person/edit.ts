import { batch, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Grants, Person, Role } from '#protocol/person.ts'
import { Button } from '../../components/button.ts'
import { Section } from '../../components/facts.ts'
import { Field, FormError } from '../../components/field.ts'
import { fieldErrorsOf, sentenceOf } from '../../lib/api-error.ts'
import { type App, useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useGuard } from '../../lib/use-guard.ts'
import { lasted } from '../lasted.ts'
import { createPeople } from '../model.ts'
import type { Rights } from '../rights.ts'
import { roleWord } from '../words.ts'
import { changesOf, type Draft, draftOf } from './changes.ts'
import { GrantsFields } from './grants-fields.ts'
import { RoleField } from './role-field.ts'
import { askRole } from './role-question.ts'

const save = async (app: App, person: Person, draft: Draft) => {
  const people = app.model(createPeople)
  const path = `/users/${encodeURIComponent(person.id)}`
  const { account, role, grants } = changesOf(person, draft)
  const began = app.clock.read()
  let now = person
  if (account) now = await app.api.put<Person>(path, account)
  if (role) now = await app.api.put<Person>(`${path}/role`, { role })
  if (grants) now = await app.api.put<Person>(`${path}/grants`, grants)
  people.put(now)
  if (app.account.person.peek()?.id === now.id) app.account.took(now)
  const text = `${role ? `${now.username} is ${roleWord[role].toLowerCase()} now. ` : ''}${lasted(app.clock.read() - began)}`
  app.toasts.say({ state: 'fine', title: `Saved what ${now.username} is and may`, text })
}

const useEdit = (person: Person) => {
  const app = useApp()
  const draft = useSignal(draftOf(person))
  const busy = useSignal(false)
  const errors = useSignal<Record<string, string>>({})
  const wrong = useSignal<string | null>(null)
  const stored = JSON.stringify(draftOf(person))
  useEffect(() => {
    draft.value = draftOf(person)
  }, [stored])
  const run = async () => {
    batch(() => {
      busy.value = true
      errors.value = {}
      wrong.value = null
    })
    try {
      await save(app, person, draft.value)
    } catch (error) {
      errors.value = fieldErrorsOf(error)
      if (Object.keys(errors.value).length === 0) wrong.value = sentenceOf(error)
      throw error
    } finally {
      busy.value = false
    }
  }
  const submit = (event: Event) => {
    event.preventDefault()
    if (busy.value) return
    const { role } = changesOf(person, draft.value)
    if (role) askRole(app, person, role, run)
    else run().catch(() => undefined)
  }
  return { draft, busy: busy.value, errors: errors.value, wrong: wrong.value, submit }
}

/** Name, e-mail, role and grants in one form; what would change is said before it is saved. */
export const EditPerson = ({ person, rights }: { person: Person; rights: Rights }) => {
  const { draft, busy, errors, wrong, submit } = useEdit(person)
  const { username, email, role, grants } = draft.value
  const set = (change: Partial<Draft>) => {
    draft.value = { ...draft.value, ...change }
  }
  const discard = () => {
    draft.value = draftOf(person)
  }
  const changes = changesOf(person, draft.value).said
  const dirty = changes.length > 0
  useGuard(
    dirty
      ? {
          question: `Leave ${person.username} as before?`,
          effects: [{ icon: 'edit', what: 'What you changed here', rest: 'is forgotten.' }],
          keep: 'Stay here',
          leave: discard,
        }
      : null,
  )
  const mayRole = rights.rule && person.role !== 'viewer'
  return html`<${Section} id="edit" title=${mayRole ? 'Who this is, and what they may do' : 'Who this is'}>
    <form class="form pad" onSubmit=${submit}>
      <div class="cols">
        <${Field} id="username" label="Name to sign in with" required maxlength=${64} value=${username} onInput=${(value: string) => set({ username: value })} error=${errors['username']} />
        <${Field} id="email" label="E-mail, if there is one" type="email" maxlength=${254} value=${email} onInput=${(value: string) => set({ email: value })} error=${errors['email']} />
      </div>
      ${mayRole ? html`<${RoleField} value=${role} onChoose=${(next: Role) => set({ role: next })} />` : null}
      ${rights.rule && role === 'staff' ? html`<${GrantsFields} name=${person.username} grants=${grants} onChange=${(next: Grants) => set({ grants: next })} />` : null}
      <${FormError} text=${wrong} />
      <div class="save-bar" data-dirty=${dirty ? '' : undefined}>
        <p class="hint" role="status">${dirty ? `Not saved yet: ${changes.join(', ')}.` : 'Nothing is changed.'}</p>
        <div class="buttons">
          ${dirty ? html`<${Button} kind="plain" disabled=${busy} onClick=${discard}>Discard<//>` : null}
          <${Button} kind=${dirty ? 'primary' : undefined} type="submit" disabled=${!dirty} busy=${busy}>${busy ? 'Saving' : 'Save'}<//>
        </div>
      </div>
    </form>
  <//>`
}
