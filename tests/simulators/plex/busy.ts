import { createRandom } from '../lib/random.ts'
import type { PlexSimulator } from './index.ts'
import type { PlaySpec, ScenarioName } from './scenarios.ts'

export interface BusyOptions {
  seed?: number
  /** How often the household looks at the clock; 0 leaves that to `step()`. */
  everyMs?: number
}

interface Habit {
  viewer: PlaySpec & { user: string }
  evenings: readonly [ScenarioName, ...ScenarioName[]]
}

interface Viewer {
  habit: Habit
  random: () => number
  evening: number
  key: string
  state: 'watching' | 'paused' | 'away'
  until: number
}

const HABITS: readonly Habit[] = [
  {
    viewer: { user: 'Rosalind', device: { title: 'Front room TV', machineIdentifier: 'front-room' } },
    evenings: ['direct-play', 'two-versions'],
  },
  {
    viewer: { user: 'Dorothy', device: { title: 'Laptop', machineIdentifier: 'laptop' } },
    evenings: ['transcode-hdr', 'direct-stream'],
  },
  {
    viewer: { user: 'Niels', device: { title: 'Kitchen speaker', machineIdentifier: 'kitchen' } },
    evenings: ['plexamp', 'music'],
  },
  {
    viewer: { user: 'Emmy', device: { title: 'Holiday flat', machineIdentifier: 'holiday-flat' } },
    evenings: ['wan', 'relayed'],
  },
  {
    viewer: { user: 'Max', device: { title: 'Guest room TV', machineIdentifier: 'guest-room' } },
    evenings: ['live-tv', 'audio-transcode', 'episode'],
  },
]

/** A lively household: its members start, pause, end and begin again, the same way for the same seed and clock. */
export function busy(simulator: PlexSimulator, { seed = 7, everyMs = 1000 }: BusyOptions = {}) {
  const viewers = HABITS.map((habit, index): Viewer => {
    const random = createRandom(seed * 1000 + index)
    return { habit, random, evening: 0, key: '', state: 'away', until: 0 }
  })
  for (const viewer of viewers) begin(simulator, viewer, true)
  const step = () => {
    for (const viewer of viewers) live(simulator, viewer)
  }
  const timer = everyMs > 0 ? setInterval(step, everyMs) : undefined
  return { step, stop: () => clearInterval(timer) }
}

function live(simulator: PlexSimulator, viewer: Viewer): void {
  if (viewer.state !== 'away' && simulator.peek(viewer.key) === null) wait(simulator, viewer, 'away', 5, 25)
  if (simulator.now() < viewer.until) return
  if (viewer.state === 'away') begin(simulator, viewer, false)
  else if (viewer.state === 'paused') {
    simulator.resume(viewer.key)
    wait(simulator, viewer, 'watching', 60, 180)
  } else if (viewer.random() < 0.6) {
    simulator.pause(viewer.key)
    wait(simulator, viewer, 'paused', 8, 30)
  } else {
    simulator.end(viewer.key)
    wait(simulator, viewer, 'away', 5, 25)
  }
}

function begin(simulator: PlexSimulator, viewer: Viewer, isMidway: boolean): void {
  const { viewer: spec, evenings } = viewer.habit
  const name = evenings[viewer.evening % evenings.length] ?? evenings[0]
  viewer.evening += 1
  const positionMs = isMidway ? Math.floor(viewer.random() * 120) * 1000 : 0
  viewer.key = simulator.scenario(name, { ...spec, positionMs }).key
  wait(simulator, viewer, 'watching', 40, 150)
}

function wait(simulator: PlexSimulator, viewer: Viewer, state: Viewer['state'], fromS: number, toS: number): void {
  viewer.state = state
  viewer.until = simulator.now() + Math.round(fromS + viewer.random() * (toS - fromS)) * 1000
}
