import type { Container, ContainerAction } from '#protocol/container.ts'
import type { MenuItem } from '../components/menu.ts'
import type { App } from '../lib/app.ts'
import type { Ask } from '../lib/model/asks.ts'
import { mayOnSource } from '../lib/model/may.ts'
import { actingWord, createPower } from './power.ts'

const portsOf = ({ ports }: Container) => [...new Set(ports.flatMap(({ hostPort }) => hostPort ?? []))].join(', ')

type Question = Omit<Ask, 'acting' | 'run'>

const stopping = (container: Container, engine: string): Question => ({
  question: `Stop ${container.name}?`,
  effects: [
    { icon: 'stop', what: `${container.name} ends`, rest: `on ${engine}. It has 10 seconds to finish what it does.` },
    ...(portsOf(container)
      ? [
          {
            icon: 'containers',
            what: 'Nothing answers',
            rest: `on port ${portsOf(container)} until it is started again.`,
          },
        ]
      : []),
    { icon: 'check', what: 'Its files and volumes stay.' },
  ],
  keep: 'Keep running',
  act: 'Stop',
  expectedMs: 10_000,
  danger: true,
})

const restarting = (container: Container, engine: string): Question => ({
  question: `Restart ${container.name}?`,
  effects: [
    { icon: 'restart', what: `${container.name} ends and starts again`, rest: `on ${engine}.` },
    {
      icon: 'clock',
      what: 'It is away for some seconds.',
      rest: portsOf(container) ? `Port ${portsOf(container)} does not answer meanwhile.` : '',
    },
    { icon: 'check', what: 'Its files and volumes stay.' },
  ],
  keep: 'Leave it running',
  act: 'Restart',
  expectedMs: 10_000,
})

const killing = (container: Container): Question => ({
  question: `Kill ${container.name}?`,
  effects: [
    {
      state: 'attention',
      what: `${container.name} ends at once`,
      rest: 'and cannot finish what it does. What it had not written is lost.',
    },
    { icon: 'check', what: 'Its files and volumes stay.' },
  ],
  keep: 'Keep running',
  act: 'Kill',
  danger: true,
})

const questionOf = (action: ContainerAction, container: Container, engine: string): Question | null => {
  if (action === 'stop') return stopping(container, engine)
  if (action === 'restart') return restarting(container, engine)
  if (action === 'kill') return killing(container)
  return null
}

/** Does what harms nothing at once, and asks before what interrupts somebody. */
export const askPower = (app: App, container: Container, action: ContainerAction): void => {
  const power = app.model(createPower)
  const engine = app.state.sources.peek().get(container.sourceId)?.name ?? 'its engine'
  const question = questionOf(action, container, engine)
  if (question)
    app.asks.ask({
      ...question,
      acting: `${actingWord[action]} ${container.name}`,
      run: () => power.act(container, action),
    })
  else void power.try(container, action)
}

const word: Record<ContainerAction, string> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  kill: 'Kill',
  pause: 'Pause',
  unpause: 'Go on',
}
const icon: Record<ContainerAction, string> = {
  start: 'play',
  stop: 'stop',
  restart: 'restart',
  kill: 'power',
  pause: 'pause',
  unpause: 'play',
}

/** What can be asked of a container in the state that it is in. */
export const actionsFor = ({ state }: Container): ContainerAction[] => {
  if (state === 'running') return ['restart', 'stop', 'pause', 'kill']
  if (state === 'paused') return ['unpause', 'stop', 'kill']
  if (state === 'restarting') return ['stop', 'kill']
  return state === 'removing' ? [] : ['start']
}

/** Whether the person may do more than look: their own container, or one of an engine they manage. */
export const mayOperate = ({ account }: App, container: Container): boolean => {
  const person = account.person.peek()
  return person?.role === 'member' || mayOnSource(person, 'manage', container.sourceId)
}

export const powerItems = (app: App, container: Container, away: boolean): MenuItem[] => {
  if (!mayOperate(app, container)) return []
  const busy = app.model(createPower).pending.peek().has(container.id)
  const off = away ? 'Its engine does not answer.' : busy ? 'Something is under way already.' : undefined
  return actionsFor(container).map((action) => ({
    text: word[action],
    icon: icon[action],
    danger: action === 'kill',
    off,
    onChoose: () => askPower(app, container, action),
  }))
}
