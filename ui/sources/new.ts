import type { Source } from '#protocol/source.ts'
import { NotAllowed } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { FormError } from '../components/field.ts'
import { Segments } from '../components/filters.ts'
import { Icon } from '../components/mark.ts'
import { useApp } from '../lib/app.ts'
import { took } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { mayOnBox } from '../lib/model/may.ts'
import { formOf, type SourceForm, sourceForms } from './forms.ts'
import { SourceFields } from './source-fields.ts'
import { TestResult } from './test-result.ts'
import { bodyOf, useSourceForm } from './use-source-form.ts'

export const Crumb = ({ here }: { here: string }) =>
  html`<nav class="crumb" aria-label="Where this is"><a href="/sources">Sources</a><${Icon} name="right" /><span>${here}</span></nav>`

const useAdd = (form: SourceForm) => {
  const { api, state, router, toasts, clock } = useApp()
  const query = router.query.peek()
  const isSame = query.get('kind') === form.kind
  const fields = useSourceForm(
    form,
    {
      name: (isSame && query.get('name')) || form.text,
      url: (isSame && query.get('url')) || form.address.first,
      credentials: {},
      fingerprint: null,
      visibleToViewers: false,
    },
    false,
  )
  const add = () =>
    fields.save(async () => {
      const began = clock.read()
      const source = await api.post<Source>('/sources', bodyOf(form, fields.values.value), { timeoutMs: 45_000 })
      state.put({ source })
      const answers = source.status.state === 'ok'
      toasts.say({
        state: answers ? 'fine' : 'attention',
        title: `Added ${source.name}`,
        text: answers
          ? `It answered after ${took(clock.read() - began)}.`
          : (source.status.reason ?? 'It does not answer yet.'),
      })
      router.go(`/sources/${encodeURIComponent(source.id)}`)
    })
  return { fields, add }
}

const AddForm = ({ form }: { form: SourceForm }) => {
  const { fields, add } = useAdd(form)
  const { doing, tested, wrong } = fields
  const isGood = tested.value?.result.ok === true
  // A machine that is switched off today may be added all the same; one that refuses or is not trusted may not.
  const mayAddAnyway = tested.value?.result.state === 'unreachable'
  const submit = (event: Event) => {
    event.preventDefault()
    if (!fields.check()) return
    void (isGood ? add() : fields.test())
  }
  return html`<form class="form" onSubmit=${submit} novalidate>
    <p class="quiet">${form.about}</p>
    <${SourceFields} state=${fields} isKept=${false} />
    <${TestResult} state=${fields} />
    <${FormError} text=${wrong.value} />
    <div class="buttons">
      <${Button} kind="primary" type="submit" busy=${doing.value !== null}>${doing.value === 'save' ? 'Adding' : isGood ? 'Add it' : 'Test'}<//>
      ${mayAddAnyway ? html`<${Button} disabled=${doing.value !== null} onClick=${() => void add()}>Add it all the same<//>` : null}
      <${Button} kind="plain" href="/sources">Back to the sources<//>
    </div>
    ${isGood ? null : html`<p class="hint">The test asks who is there and reads once. Nothing is saved and nothing is changed there.</p>`}
  </form>`
}

/** The way to add a source: its kind, where it is, a test, and only then it is saved. */
export const NewPage = () => {
  const { account, router } = useApp()
  const asked = formOf(router.query.value.get('kind'))
  const form = asked ?? (sourceForms[0] as SourceForm)
  if (!mayOnBox(account.person.value, 'manage-settings'))
    return html`<${Crumb} here="Add" /><div class="head"><h1>Add a source</h1></div><${NotAllowed} what="Sources are added by people who manage this box." />`
  return html`<${Crumb} here="Add" />
    <div class="head"><h1>Add a source</h1></div>
    <div class="tabs"><${Segments} label="Kind" value=${form.kind} choices=${sourceForms.map(({ kind, text }) => ({ value: kind, text }))}
      onChoose=${(kind: string) => router.setQuery({ kind, name: null, url: null })} /></div>
    <${AddForm} key=${form.kind} form=${form} />`
}
