import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { List } from '#protocol/list.ts'
import type { Person } from '#protocol/person.ts'
import type { App } from '../lib/app.ts'

/** A password that works for one sign-in. It lives here until it is handed over, and nowhere else. */
export interface Handover {
  person: Person
  password: string
  isNew: boolean
}

export interface People {
  /** By name; null before the first answer. What is known stays when a later one fails. */
  list: ReadonlySignal<readonly Person[] | null>
  /** All pages are here. */
  whole: ReadonlySignal<boolean>
  error: ReadonlySignal<unknown>
  handover: Signal<Handover | null>
  load(): Promise<void>
  put(person: Person): void
  drop(id: string): void
}

const pageSize = 100

export const createPeople = ({ api }: App): People => {
  const list = signal<readonly Person[] | null>(null)
  const whole = signal(false)
  const error = signal<unknown>(null)
  let last = 0

  const load = async () => {
    last += 1
    const mine = last
    let found: Person[] = []
    try {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: List<Person> = await api.get('/users', { query: { limit: pageSize, cursor } })
        if (mine !== last) return
        found = [...found, ...page.items]
        cursor = page.next
        if (!whole.peek()) list.value = found
      }
      batch(() => {
        list.value = found
        whole.value = true
        error.value = null
      })
    } catch (wrong) {
      if (mine === last) error.value = wrong
    }
  }

  return {
    list,
    whole,
    error,
    handover: signal(null),
    load,
    put: (person) => {
      const others = (list.peek() ?? []).filter(({ id }) => id !== person.id)
      list.value = [...others, person].sort((a, b) => a.username.localeCompare(b.username, 'en'))
    },
    drop: (id) => {
      list.value = (list.peek() ?? []).filter((person) => person.id !== id)
    },
  }
}
