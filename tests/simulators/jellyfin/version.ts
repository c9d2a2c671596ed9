import { isAtLeast } from '../lib/versions.ts'

/** What changed between the releases that the simulator knows how to be. */
export interface Behaviour {
  legacyAuthorization: boolean
  keySubscribes: boolean
  memberSubscribes: boolean
  rawFrames: boolean
  queueFullItems: boolean
  closesLostSockets: boolean
  unknownDeviceStatus: 400 | 404
}

export function behaviourOf(version: string): Behaviour {
  return {
    legacyAuthorization: !isAtLeast(version, '12.0.0'),
    keySubscribes: isAtLeast(version, '10.10.6'),
    memberSubscribes: isAtLeast(version, '10.11.0'),
    rawFrames: !isAtLeast(version, '10.11.7'),
    queueFullItems: !isAtLeast(version, '12.0.0'),
    closesLostSockets: isAtLeast(version, '12.0.0'),
    unknownDeviceStatus: isAtLeast(version, '12.0.0') ? 400 : 404,
  }
}
