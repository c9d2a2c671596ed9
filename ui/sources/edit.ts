import type { Source, SourcePatch } from '#protocol/source.ts'
import { Blank, NotAllowed, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { FormError } from '../components/field.ts'
import { useApp } from '../lib/app.ts'
import { took } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { mayOnSource } from '../lib/model/may.ts'
import { formOf, givenCredentials, needsCredentials, type SourceForm } from './forms.ts'
import { Crumb } from './new.ts'
import { SourceFields } from './source-fields.ts'
import { TestResult } from './test-result.ts'
import { type SourceFormState, useSourceForm } from './use-source-form.ts'

const hrefOf = ({ id }: Source) => `/sources/${encodeURIComponent(id)}`

/** Only what was changed, so that what is kept on the box stays there. */
const patchOf = (source: Source, { form, values }: SourceFormState): SourcePatch => {
  const { name, url, fingerprint, visibleToViewers } = values.value
  const credentials = givenCredentials(form, values.value)
  return {
    ...(name.trim() !== source.name ? { name: name.trim() } : {}),
    ...(url.trim() !== source.url ? { url: url.trim() } : {}),
    ...(fingerprint !== source.fingerprint ? { fingerprint } : {}),
    ...(Object.keys(credentials).length > 0 ? { credentials } : {}),
    ...(form.canBeSeenByViewers ? { options: { ...source.options, visibleToViewers } } : {}),
  }
}

const useChange = (source: Source, form: SourceForm) => {
  const { api, state, router, toasts, clock } = useApp()
  const { name, url, fingerprint, options } = source
  const first = { name, url, credentials: {}, fingerprint, visibleToViewers: options['visibleToViewers'] === true }
  const fields = useSourceForm(form, first, true)
  const save = () =>
    fields.save(async () => {
      const began = clock.read()
      const now = await api.put<Source>(hrefOf(source), patchOf(source, fields), { timeoutMs: 45_000 })
      state.put({ source: now })
      const answers = now.status.state === 'ok' || now.status.state === 'disabled'
      toasts.say({
        state: answers ? 'fine' : 'attention',
        title: `Changed ${now.name}`,
        text: answers ? `Saved after ${took(clock.read() - began)}.` : (now.status.reason ?? 'It does not answer yet.'),
      })
      router.go(hrefOf(now))
    })
  return { fields, save }
}

const EditForm = ({ source, form }: { source: Source; form: SourceForm }) => {
  const { fields, save } = useChange(source, form)
  const { doing, tested, wrong, values } = fields
  const isElsewhere = values.value.url.trim() !== source.url
  const hasNewKey = Object.keys(givenCredentials(form, values.value)).length > 0
  const needsKey = isElsewhere && needsCredentials(form) && !hasNewKey
  // Without a new key there is nothing to test with: what is kept is never handed back.
  const mustTest = (isElsewhere || hasNewKey) && tested.value?.result.ok !== true
  const submit = (event: Event) => {
    event.preventDefault()
    if (!fields.check()) return
    if (needsKey) {
      const [field] = form.fields
      if (field) fields.errors.value = { [field.name]: 'Give it again: Belfry sends what it keeps to no other server.' }
      return
    }
    void (mustTest ? fields.test() : save())
  }
  const text = doing.value === 'save' ? 'Saving' : mustTest ? 'Test' : 'Save'
  const mayAnyway = mustTest && tested.value?.result.state === 'unreachable'
  return html`<form class="form" onSubmit=${submit} novalidate>
    <${SourceFields} state=${fields} isKept=${true} />
    <${TestResult} state=${fields} />
    <${FormError} text=${wrong.value} />
    <div class="buttons">
      <${Button} kind="primary" type="submit" busy=${doing.value !== null}>${text}<//>
      ${mayAnyway ? html`<${Button} disabled=${doing.value !== null} onClick=${() => void save()}>Save it all the same<//>` : null}
      <${Button} kind="plain" href=${hrefOf(source)}>Leave it as it is<//>
    </div>
  </form>`
}

/** Changes a source. What is not written anew stays as it is. */
export const EditPage = ({ id }: { id: string }) => {
  const { state, account } = useApp()
  const source = state.sources.value.get(id)
  const form = formOf(source?.kind)
  if (!state.known.value)
    return html`<${Crumb} here="Change" /><div class="head"><h1>Change a source</h1></div><${Waiting} />`
  if (!source || !form)
    return html`<${Crumb} here="Change" /><div class="head"><h1>Change a source</h1></div>
      <${Blank} level=${2} title="This source is not there" buttons=${html`<${Button} href="/sources">All sources<//>`}>It was deleted in the meantime.<//>`
  if (!mayOnSource(account.person.value, 'manage', id))
    return html`<div class="head"><h1>${source.name}</h1></div><${NotAllowed} what="This source is looked after by somebody else." />`
  return html`<${Crumb} here=${source.name} />
    <div class="head"><h1>Change ${source.name}</h1></div>
    <${EditForm} key=${id} source=${source} form=${form} />`
}
