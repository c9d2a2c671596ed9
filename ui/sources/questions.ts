import type { Source } from '#protocol/source.ts'
import type { MenuItem } from '../components/menu.ts'
import { sentenceOf } from '../lib/api-error.ts'
import type { App } from '../lib/app.ts'
import { plural, took } from '../lib/format.ts'
import { mayOnBox, mayOnSource } from '../lib/model/may.ts'
import { isEngine, isMedia } from './kinds.ts'

const pathOf = ({ id }: Source) => `/sources/${encodeURIComponent(id)}`

/** What hangs on a source, as a count and a word: "3 sessions". */
const dependents = ({ state }: App, source: Source): string => {
  const count = (items: Iterable<{ sourceId: string }>) =>
    [...items].filter(({ sourceId }) => sourceId === source.id).length
  if (isMedia(source.kind)) {
    const sessions = count(state.sessions.peek().values())
    return `${sessions} ${plural(sessions, 'session')}`
  }
  if (isEngine(source.kind)) {
    const containers = count(state.containers.peek().values())
    return `${containers} ${plural(containers, 'container')}`
  }
  return 'What it shows'
}

export const askDisable = (app: App, source: Source): void => {
  const { api, asks, clock, toasts, state } = app
  asks.ask({
    question: `Switch ${source.name} off?`,
    effects: [
      { icon: 'pause', what: 'Belfry stops asking it.', rest: `${dependents(app, source)} are not followed any more.` },
      { icon: 'clock', what: 'There is a gap', rest: 'in what is recorded, until it is switched on.' },
      { icon: 'check', what: 'Its settings and key stay,', rest: 'and nothing changes on the server itself.' },
    ],
    keep: 'Keep watching',
    act: 'Switch off',
    acting: `Switching ${source.name} off`,
    run: async () => {
      const began = clock.read()
      state.put({ source: await api.put<Source>(pathOf(source), { enabled: false }) })
      toasts.say({
        state: 'fine',
        title: `${source.name} is switched off`,
        text: `Done after ${took(Math.max(100, clock.read() - began))}.`,
      })
    },
  })
}

export const enable = async ({ api, clock, toasts, state }: App, source: Source): Promise<void> => {
  const began = clock.read()
  try {
    const now = await api.put<Source>(pathOf(source), { enabled: true }, { timeoutMs: 45_000 })
    state.put({ source: now })
    const answers = now.status.state === 'ok'
    toasts.say({
      state: answers ? 'fine' : 'attention',
      title: `${source.name} is switched on`,
      text: answers
        ? `It answered after ${took(clock.read() - began)}.`
        : (now.status.reason ?? 'It does not answer yet.'),
    })
  } catch (error) {
    toasts.say({ state: 'trouble', title: `${source.name} could not be switched on`, text: sentenceOf(error) })
  }
}

export const askDelete = (app: App, source: Source): void => {
  const { api, asks, clock, toasts, state, router } = app
  asks.ask({
    question: `Delete ${source.name}?`,
    effects: [
      { icon: 'bin', what: 'Belfry forgets it,', rest: 'its address and its sealed key. Adding it again needs a key.' },
      { icon: 'out', what: `${dependents(app, source)} leave the pages`, rest: 'at once.' },
      { icon: 'check', what: 'Nothing changes on the server itself.', rest: 'What runs there goes on.' },
    ],
    keep: 'Keep it',
    act: 'Delete',
    acting: `Deleting ${source.name}`,
    danger: true,
    run: async () => {
      const began = clock.read()
      await api.delete(pathOf(source))
      state.removeSource(source.id)
      toasts.say({
        state: 'fine',
        title: `Deleted ${source.name}`,
        text: `Done after ${took(Math.max(100, clock.read() - began))}.`,
      })
      router.go('/sources', { replace: true })
    },
  })
}

/** Reads it now; a toast says what came of it. */
export const refresh = async ({ api, toasts }: App, source: Source) => {
  try {
    const { state, reason } = await api.post<{ state: string; reason: string | null }>(
      `${pathOf(source)}/refresh`,
      {},
      { timeoutMs: 45_000 },
    )
    if (state === 'ok') toasts.say({ state: 'fine', title: `${source.name} answers` })
    else
      toasts.say({
        state: 'attention',
        title: `${source.name} still does not answer as it should`,
        text:
          state === 'untrusted'
            ? 'It shows another certificate. Compare them before anything is sent there.'
            : (reason ?? ''),
      })
  } catch (error) {
    toasts.say({ state: 'trouble', title: `${source.name} could not be asked`, text: sentenceOf(error) })
  }
}

export const sourceItems = (app: App, source: Source): MenuItem[] => {
  const person = app.account.person.peek()
  const items: MenuItem[] = [{ text: 'Details', icon: 'right', href: pathOf(source) }]
  if (!mayOnSource(person, 'manage', source.id)) return items
  const off = source.status.state === 'disabled'
  if (!off) items.push({ text: 'Read now', icon: 'restart', onChoose: () => void refresh(app, source) })
  items.push({ text: 'Change', icon: 'edit', href: `${pathOf(source)}?edit=1` })
  items.push(
    off
      ? { text: 'Switch on', icon: 'play', onChoose: () => void enable(app, source) }
      : { text: 'Switch off', icon: 'pause', onChoose: () => askDisable(app, source) },
  )
  if (mayOnBox(person, 'manage-settings'))
    items.push({ text: 'Delete', icon: 'bin', danger: true, onChoose: () => askDelete(app, source) })
  return items
}
