import { type Signal, useSignal } from '@preact/signals'
import { fieldErrorsOf, sentenceOf } from './api-error.ts'

export interface Form<T> {
  values: Signal<T>
  set(change: Partial<T>): void
  busy: boolean
  /** What is wrong with the whole; null when a field has it. */
  wrong: string | null
  errors: Record<string, string>
  submit(event: Event): void
  fail(error: unknown): void
}

/** State of a small form: its values, what is wrong with each, and that it is being sent. `fieldOf` names the field that an error is about. */
export const useForm = <T extends Record<string, string>>(
  first: T,
  send: (values: T) => Promise<void>,
  fieldOf?: (error: unknown) => (keyof T & string) | null,
): Form<T> => {
  const values = useSignal(first)
  const busy = useSignal(false)
  const wrong = useSignal<string | null>(null)
  const errors = useSignal<Record<string, string>>({})

  const fail = (error: unknown) => {
    const field = fieldOf?.(error)
    errors.value = field ? { [field]: sentenceOf(error) } : fieldErrorsOf(error)
    wrong.value = Object.keys(errors.value).some((name) => name in first) ? null : sentenceOf(error)
  }
  const run = async () => {
    busy.value = true
    wrong.value = null
    errors.value = {}
    try {
      await send(values.value)
    } catch (error) {
      fail(error)
    } finally {
      busy.value = false
    }
  }
  return {
    values,
    set: (change) => {
      values.value = { ...values.value, ...change }
    },
    busy: busy.value,
    wrong: wrong.value,
    errors: errors.value,
    submit: (event) => {
      event.preventDefault()
      if (!busy.value) void run()
    },
    fail,
  }
}
