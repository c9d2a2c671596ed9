import { type BusyOptions, createHousehold, type Habit, type Household } from '../jellyfin/busy.ts'
import type { Simulator } from './index.ts'
import type { ScenarioName } from './scenarios.ts'

const HABITS: Habit<ScenarioName>[] = [
  {
    viewer: { user: 'Barbara', deviceId: 'lounge', device: 'Lounge TV', client: 'Emby for Android TV' },
    evenings: [{ scenario: 'direct-play', item: 'The General' }, { scenario: 'scope-4k' }],
  },
  {
    viewer: { user: 'Niklaus', deviceId: 'office', device: 'Office', client: 'Emby Web' },
    evenings: [{ scenario: 'transcode-hdr' }, { scenario: 'remux' }],
  },
  {
    viewer: {
      user: 'Frances',
      deviceId: 'tablet',
      device: 'Tablet',
      client: 'Emby for iOS',
      remoteEndPoint: '198.51.100.7',
    },
    evenings: [{ scenario: 'transcode-decode' }, { scenario: 'episode' }],
  },
  {
    viewer: { user: 'Tony', deviceId: 'bedroom', device: 'Bedroom', client: 'Emby for Apple TV' },
    evenings: [{ scenario: 'app-direct-stream' }, { scenario: 'audio-transcode' }, { scenario: 'music' }],
  },
]

/** A lively household of four, the same for the same seed and clock. */
export function busy(simulator: Simulator, options: BusyOptions = {}): Household {
  return createHousehold(simulator, HABITS, options)
}
