import { createRandom } from '../lib/random.ts'
import type { Players } from './players.ts'
import type { PlaySpec, ScenarioName } from './scenarios.ts'

export interface BusyOptions {
  seed?: number
  /** How often the household looks at the clock; 0 leaves that to `step()`. */
  everyMs?: number
}

export interface Household {
  step(): void
  stop(): void
}

/** A server that people play from. */
type Served<Name extends string> = Pick<Players<Name>, 'peek' | 'pause' | 'resume' | 'end' | 'scenario'> & {
  now(): number
}

export interface Habit<Name extends string> {
  viewer: PlaySpec & { user: string }
  /** What they watch, one after the other. */
  evenings: readonly [Evening<Name>, ...Evening<Name>[]]
}

interface Evening<Name extends string> {
  scenario: Name
  item?: string
}

interface Viewer<Name extends string> {
  habit: Habit<Name>
  random: () => number
  evening: number
  id: string | null
  state: 'watching' | 'paused' | 'away'
  until: number
}

const HABITS: Habit<ScenarioName>[] = [
  {
    viewer: { user: 'Ada', deviceId: 'living-room', device: 'Living room TV', client: 'Jellyfin Android TV' },
    evenings: [{ scenario: 'direct-play' }, { scenario: 'direct-play', item: 'A Trip to the Moon' }],
  },
  {
    viewer: { user: 'Grace', deviceId: 'studio', device: 'Studio laptop', client: 'Jellyfin Web' },
    evenings: [{ scenario: 'transcode-hdr' }, { scenario: 'remux' }],
  },
  {
    viewer: { user: 'Edsger', deviceId: 'phone', device: 'Phone', client: 'Finamp', remoteEndPoint: '203.0.113.24' },
    evenings: [{ scenario: 'music' }],
  },
  {
    viewer: { user: 'Katherine', deviceId: 'projector', device: 'Projector', client: 'Jellyfin Media Player' },
    evenings: [{ scenario: 'scope-4k' }, { scenario: 'audio-transcode' }],
  },
  {
    viewer: { user: 'Alan', deviceId: 'guest-room', device: 'Guest room', client: 'Jellyfin Roku' },
    evenings: [{ scenario: 'direct-stream' }, { scenario: 'episode' }, { scenario: 'live-tv' }],
  },
]

/** A lively household: its members start, pause, end and begin again, the same way for the same seed and clock. */
export function busy(simulator: Served<ScenarioName>, options: BusyOptions = {}): Household {
  return createHousehold(simulator, HABITS, options)
}

export function createHousehold<Name extends string>(
  simulator: Served<Name>,
  habits: readonly Habit<Name>[],
  options: BusyOptions = {},
): Household {
  const { seed = 7, everyMs = 1000 } = options
  const viewers = habits.map((habit, index) => newViewer(habit, createRandom(seed * 100 + index)))
  for (const viewer of viewers) begin(simulator, viewer, true)
  const step = () => {
    for (const viewer of viewers) live(simulator, viewer)
  }
  const timer = everyMs > 0 ? setInterval(step, everyMs) : null
  return {
    step,
    stop: () => {
      if (timer !== null) clearInterval(timer)
    },
  }
}

function newViewer<Name extends string>(habit: Habit<Name>, random: () => number): Viewer<Name> {
  return { habit, random, evening: 0, id: null, state: 'away', until: 0 }
}

function live<Name extends string>(simulator: Served<Name>, viewer: Viewer<Name>): void {
  const shown = viewer.id === null ? null : simulator.peek(viewer.id)
  if (viewer.state !== 'away' && (shown === null || shown['NowPlayingItem'] === null)) rest(simulator, viewer)
  if (simulator.now() < viewer.until || (viewer.state !== 'away' && viewer.id === null)) return
  const id = viewer.id ?? ''
  if (viewer.state === 'away') begin(simulator, viewer, false)
  else if (viewer.state === 'paused') {
    simulator.resume(id)
    change(simulator, viewer, 'watching', 60, 180)
  } else if (viewer.random() < 0.6) {
    simulator.pause(id)
    change(simulator, viewer, 'paused', 8, 30)
  } else {
    simulator.end(id)
    rest(simulator, viewer)
  }
}

function begin<Name extends string>(simulator: Served<Name>, viewer: Viewer<Name>, isMidway: boolean): void {
  const { viewer: spec, evenings } = viewer.habit
  const { scenario, item } = evenings[viewer.evening % evenings.length] ?? evenings[0]
  viewer.evening += 1
  const positionMs = isMidway ? Math.floor(viewer.random() * 240) * 1000 : 0
  viewer.id = simulator.scenario(scenario, { ...spec, ...(item === undefined ? {} : { item }), positionMs }).id
  change(simulator, viewer, 'watching', 40, 150)
}

function rest<Name extends string>(simulator: Served<Name>, viewer: Viewer<Name>): void {
  change(simulator, viewer, 'away', 5, 25)
}

function change<Name extends string>(
  simulator: Served<Name>,
  viewer: Viewer<Name>,
  state: Viewer<Name>['state'],
  fromS: number,
  toS: number,
): void {
  viewer.state = state
  viewer.until = simulator.now() + Math.round(fromS + viewer.random() * (toS - fromS)) * 1000
}
