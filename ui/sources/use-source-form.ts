import { type Signal, useSignal } from '@preact/signals'
import type { SourceBody, SourceTest } from '#protocol/source.ts'
import { fieldErrorsOf, sentenceOf } from '../lib/api-error.ts'
import { useApp } from '../lib/app.ts'
import { type FormValues, givenCredentials, type SourceForm, wrongIn } from './forms.ts'

export interface SourceFormState {
  form: SourceForm
  values: Signal<FormValues>
  /** What came of the last test, until something changes. */
  tested: Signal<{ result: SourceTest; tookMs: number } | null>
  doing: Signal<'test' | 'save' | null>
  errors: Signal<Record<string, string>>
  wrong: Signal<string | null>
  set(change: Partial<FormValues>): void
  /** Checks the fields; true when nothing is wrong. */
  check(): boolean
  test(): Promise<void>
  /** Runs what saves, and shows what went wrong. */
  save(work: () => Promise<void>): Promise<void>
}

export const bodyOf = (form: SourceForm, values: FormValues): SourceBody => ({
  kind: form.kind,
  name: values.name.trim(),
  url: values.url.trim(),
  credentials: givenCredentials(form, values),
  fingerprint: values.fingerprint,
  options: form.canBeSeenByViewers ? { visibleToViewers: values.visibleToViewers } : {},
})

/** The state of the form to add or change a source. `isKept` = credentials are there already. */
export const useSourceForm = (form: SourceForm, first: FormValues, isKept: boolean): SourceFormState => {
  const { api, clock } = useApp()
  const values = useSignal(first)
  const tested = useSignal<{ result: SourceTest; tookMs: number } | null>(null)
  const doing = useSignal<'test' | 'save' | null>(null)
  const errors = useSignal<Record<string, string>>({})
  const wrong = useSignal<string | null>(null)

  const run = async (what: 'test' | 'save', work: () => Promise<void>) => {
    if (doing.value) return
    doing.value = what
    wrong.value = null
    try {
      await work()
    } catch (error) {
      errors.value = fieldErrorsOf(error)
      wrong.value = sentenceOf(error)
    } finally {
      doing.value = null
    }
  }
  const check = () => {
    errors.value = wrongIn(form, values.value, isKept)
    const [field] = Object.keys(errors.value)
    if (field) document.getElementById(field)?.focus()
    return field === undefined
  }
  return {
    form,
    values,
    tested,
    doing,
    errors,
    wrong,
    check,
    set: (change) => {
      values.value = { ...values.value, ...change }
      // A name and who may see it change nothing about what answers there.
      if (change.url !== undefined || change.credentials || change.fingerprint !== undefined) tested.value = null
    },
    test: () =>
      run('test', async () => {
        const began = clock.read()
        const result = await api.post<SourceTest>('/sources/test', bodyOf(form, values.value), { timeoutMs: 45_000 })
        tested.value = { result, tookMs: clock.read() - began }
      }),
    save: (work) => run('save', work),
  }
}
