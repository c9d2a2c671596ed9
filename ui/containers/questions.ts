import type { Container, ContainerAction, ContainerActionResult } from '#protocol/container.ts'
import type { MenuItem } from '../components/menu.ts'
import type { App } from '../lib/app.ts'
import { listed, plural, took } from '../lib/format.ts'
import type { Ask, Effect } from '../lib/model/asks.ts'
import { mayOnSource } from '../lib/model/may.ts'
import type { Toast } from '../lib/model/toasts.ts'
import { createContainerModel } from './model.ts'
import { canTell, hostPorts, sizeOf } from './words.ts'

type Words = Pick<Ask, 'question' | 'effects' | 'keep' | 'act' | 'acting' | 'danger'>

const portEffect = (container: Container, engine: string, does: string, rest: string): Effect[] => {
  const ports = hostPorts(container)
  if (ports.length === 0) return []
  const what = `${plural(ports.length, 'Port')} ${listed(ports.slice(0, 6).map(String))} on ${engine}`
  return [{ icon: 'containers', what: `${what} ${plural(ports.length, does, does.replace(/s$/, ''))}`, rest }]
}

const stays: Effect = {
  icon: 'check',
  what: 'Its files and volumes stay.',
  rest: 'It can be started again at any time.',
}

const wordsOf: Record<ContainerAction, (container: Container, engine: string) => Words> = {
  start: (container, engine) => ({
    question: `Start ${container.name} on ${engine}?`,
    effects: [
      { icon: 'play', what: 'It runs its command', rest: 'from the beginning.' },
      ...portEffect(container, engine, 'opens', 'as soon as the program listens.'),
      { icon: 'check', what: 'Its files and volumes', rest: 'are as it left them.' },
    ],
    keep: 'Keep stopped',
    act: 'Start',
    acting: `Starting ${container.name}`,
  }),
  stop: (container, engine) => ({
    question: `Stop ${container.name} on ${engine}?`,
    effects: [
      {
        icon: 'stop',
        what: 'Its program is asked to end,',
        rest: 'and made to after its grace time, 10 seconds unless set otherwise.',
      },
      ...portEffect(container, engine, 'closes', 'until it runs again.'),
      stays,
    ],
    keep: 'Keep running',
    act: 'Stop',
    acting: `Stopping ${container.name}`,
    danger: true,
  }),
  restart: (container, engine) => ({
    question: `Restart ${container.name} on ${engine}?`,
    effects: [
      { icon: 'restart', what: 'It ends and starts again.', rest: 'What it is doing is interrupted.' },
      ...portEffect(container, engine, 'closes', 'meanwhile.'),
      { icon: 'check', what: 'Its files and volumes stay.', rest: 'What it holds only in memory is lost.' },
    ],
    keep: 'Keep running',
    act: 'Restart',
    acting: `Restarting ${container.name}`,
    danger: true,
  }),
  kill: (container, engine) => ({
    question: `Kill ${container.name} on ${engine}?`,
    effects: [
      { state: 'trouble', what: 'Its program ends at once,', rest: 'without a chance to save or to say goodbye.' },
      ...portEffect(container, engine, 'closes', 'until it runs again.'),
      { icon: 'check', what: 'Its files and volumes', rest: 'stay as they are at that moment.' },
    ],
    keep: 'Keep running',
    act: 'Kill',
    acting: `Killing ${container.name}`,
    danger: true,
  }),
  pause: (container, engine) => ({
    question: `Pause ${container.name} on ${engine}?`,
    effects: [
      { icon: 'pause', what: 'It stands still', rest: 'and answers nobody until it is resumed.' },
      {
        icon: 'containers',
        what: 'Its memory stays taken',
        rest: container.memory.used === null ? 'meanwhile.' : `meanwhile, ${sizeOf(container.memory.used)}.`,
      },
      { icon: 'check', what: 'Nothing is lost.', rest: 'It goes on where it was.' },
    ],
    keep: 'Keep running',
    act: 'Pause',
    acting: `Pausing ${container.name}`,
  }),
  unpause: (container, engine) => ({
    question: `Resume ${container.name} on ${engine}?`,
    effects: [
      { icon: 'play', what: 'It goes on', rest: 'where it was paused.' },
      { icon: 'clock', what: 'It may find that time has passed:', rest: 'connections to it may have ended meanwhile.' },
    ],
    keep: 'Keep paused',
    act: 'Resume',
    acting: `Resuming ${container.name}`,
  }),
}

const done: Record<ContainerAction, string> = {
  start: 'Started',
  stop: 'Stopped',
  restart: 'Restarted',
  kill: 'Killed',
  pause: 'Paused',
  unpause: 'Resumed',
}

const outcomeOf = (action: ContainerAction, engine: string, result: ContainerActionResult): Omit<Toast, 'id'> => {
  const { outcome, tookMs, container } = result
  const { name } = container
  if (outcome === 'already')
    return { state: 'fine', title: `${name} was like that already`, text: 'Nothing was changed.' }
  const left =
    (action === 'start' || action === 'restart') && (container.state === 'exited' || container.state === 'dead')
  if (left)
    return {
      state: 'attention',
      title: `${name} started and ended again`,
      text: `It left with exit code ${container.exitCode ?? '–'}. Its log may say why.`,
    }
  return { state: 'fine', title: `${done[action]} ${name}`, text: `${engine} confirmed after ${took(tookMs)}.` }
}

/** Asks, then does, then says what came of it. */
export const askFor = (app: App, container: Container, action: ContainerAction): void => {
  const engine = app.state.engines.peek().get(container.sourceId)?.name ?? 'its engine'
  app.asks.ask({
    ...wordsOf[action](container, engine),
    run: async () => {
      const result = await app.model(createContainerModel).act(container, action)
      app.toasts.say(outcomeOf(action, engine, result))
    },
  })
}

export const mayOperate = (app: App, container: Container): boolean => {
  const person = app.account.person.value
  return person?.role === 'member' || mayOnSource(person, 'manage', container.sourceId)
}

/** What can be asked of a container in the state it is in, the likeliest first. */
export const actionsFor = ({ state }: Container): ContainerAction[] => {
  switch (state) {
    case 'running':
    case 'restarting':
      return ['restart', 'stop', 'pause', 'kill']
    case 'paused':
      return ['unpause', 'kill']
    case 'created':
    case 'exited':
      return ['start']
    case 'removing':
    case 'dead':
      return []
  }
}

export const iconOf: Record<ContainerAction, string> = {
  start: 'play',
  stop: 'stop',
  restart: 'restart',
  kill: 'power',
  pause: 'pause',
  unpause: 'play',
}
export const verbOf: Record<ContainerAction, string> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  kill: 'Kill',
  pause: 'Pause',
  unpause: 'Resume',
}

/** Why nothing can be asked of it now, or undefined when something can. */
export const whyOff = (app: App, container: Container): string | undefined => {
  if (app.model(createContainerModel).doing.value.has(container.id)) return 'Something is under way already.'
  const source = app.state.sources.value.get(container.sourceId)
  return canTell(source) ? undefined : 'Its engine cannot be reached.'
}

export const menuItems = (app: App, container: Container): MenuItem[] => {
  if (!mayOperate(app, container)) return []
  const off = whyOff(app, container)
  return actionsFor(container).map((action) => ({
    text: verbOf[action],
    icon: iconOf[action],
    danger: action === 'kill',
    off,
    onChoose: () => askFor(app, container, action),
  }))
}
