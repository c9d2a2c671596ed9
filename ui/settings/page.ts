import { batch, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Settings } from '#protocol/settings.ts'
import { Failed, NotAllowed, PageTitle, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { Section } from '../components/facts.ts'
import { FormError } from '../components/field.ts'
import { fieldErrorsOf, sentenceOf } from '../lib/api-error.ts'
import { useApp } from '../lib/app.ts'
import { capital, listed } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { useGuard } from '../lib/use-guard.ts'
import { lasted } from '../people/lasted.ts'
import { type Draft, names, patchOf, problemsOf } from './draft.ts'
import { askFirst } from './fewer.ts'
import { SettingsFields } from './fields.ts'
import { createSettings } from './model.ts'

const Elsewhere = () =>
  html`<${Section} id="elsewhere" title="Elsewhere">
    <ul class="pad says">
      <li><a class="link" href="/trust">Make devices trust this box</a>, so that browsers stop warning and passkeys work.</li>
      <li><a class="link" href="/system">System</a> has the backups themselves, the version and the health of the machine.</li>
      <li><a class="link" href="/me">Me</a> has your password, second factor, keys and theme.</li>
    </ul>
  <//>`

type Errors = Partial<Record<keyof Settings, string>>

const useSave = (patch: Partial<Settings>, problems: Errors) => {
  const app = useApp()
  const model = app.model(createSettings)
  const busy = useSignal(false)
  const errors = useSignal<Errors>({})
  const wrong = useSignal<string | null>(null)
  const run = async () => {
    batch(() => {
      busy.value = true
      wrong.value = null
      errors.value = {}
    })
    const began = app.clock.read()
    const changed = capital(listed(Object.keys(patch).map((name) => names[name as keyof Settings])))
    try {
      await model.save(patch)
      app.toasts.say({
        state: 'fine',
        title: 'The settings are saved',
        text: `${changed}. In force now. ${lasted(app.clock.read() - began)}`,
      })
    } catch (error) {
      errors.value = fieldErrorsOf(error) as Errors
      if (Object.keys(errors.value).length === 0) wrong.value = sentenceOf(error)
      throw error
    } finally {
      busy.value = false
    }
  }
  const submit = (event: Event) => {
    event.preventDefault()
    if (busy.value || Object.keys(patch).length === 0) return
    const first = Object.keys(problems)[0]
    if (first) document.getElementById(first)?.focus()
    else askFirst(app, patch, run)
  }
  const forget = () => {
    errors.value = {}
  }
  return { busy: busy.value, errors: errors.value, wrong: wrong.value, submit, forget }
}

const Form = ({ stored, draft }: { stored: Settings; draft: Draft }) => {
  const app = useApp()
  const model = app.model(createSettings)
  const patch = patchOf(stored, draft)
  const changed = Object.keys(patch).map((name) => names[name as keyof Settings])
  const dirty = changed.length > 0
  const problems = problemsOf(draft)
  const { busy, errors, wrong, submit, forget } = useSave(patch, problems)
  useGuard(
    dirty
      ? {
          question: 'Leave the settings as they were?',
          effects: [{ icon: 'edit', what: `${capital(listed(changed))}`, rest: 'would go back to what is saved.' }],
          keep: 'Stay here',
          leave: model.discard,
        }
      : null,
  )
  const shown = Object.fromEntries(Object.entries({ ...problems, ...errors }))
  const set = (change: Partial<Draft>) => {
    forget()
    model.draft.value = { ...draft, ...change }
  }
  return html`<form class="settings" noValidate onSubmit=${submit}>
    <${SettingsFields} draft=${draft} errors=${shown} set=${set} />
    <div class="save-bar" data-dirty=${dirty ? '' : undefined}>
      <p class="hint" role="status">${dirty ? `Not saved yet: ${listed(changed)}.` : 'All of this is saved.'}</p>
      <div class="buttons">
        ${dirty ? html`<${Button} kind="plain" disabled=${busy} onClick=${model.discard}>Discard<//>` : null}
        <${Button} kind=${dirty ? 'primary' : undefined} type="submit" disabled=${!dirty} busy=${busy}>${busy ? 'Saving' : 'Save'}<//>
      </div>
      <${FormError} text=${wrong} />
    </div>
  </form>`
}

const Body = () => {
  const model = useApp().model(createSettings)
  useEffect(() => void model.load(), [])
  const stored = model.stored.value
  const draft = model.draft.value
  if (stored && draft) return html`<${Form} stored=${stored} draft=${draft} />`
  if (model.error.value) return html`<${Failed} what="The settings" error=${model.error.value} onRetry=${model.load} />`
  return html`<${Waiting} lines=${10} what="Reading the settings" />`
}

/** How this box is set. */
export const Page = (_props: PageProps) => {
  const { account } = useApp()
  if (!maySee(account.person.value, 'settings'))
    return html`<div class="head"><${PageTitle}>Settings<//></div><${NotAllowed} what="Settings are shown to people who may change them." />`
  return html`<div class="head"><${PageTitle}>Settings<//></div><${Body} /><${Elsewhere} />`
}
