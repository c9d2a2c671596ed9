import { existsSync } from 'node:fs'
import { attention, type Check, fine, trouble } from './finding.ts'

const testedMajor = 26

export const checkNode: Check = () => {
  const major = Number.parseInt(process.versions.node, 10)
  if (major >= testedMajor) return fine(`Node ${process.versions.node}.`)
  return attention(
    `Node ${process.versions.node}; Belfry is tested with ${testedMajor}.`,
    'Start it with `npm start`, which brings the right one.',
  )
}

const firstSaneMs = Date.UTC(2026, 0, 1)

export const checkClock: Check = () => {
  const now = new Date()
  if (now.getTime() < firstSaneMs) {
    return trouble(`It is said to be ${now.toISOString()}.`, 'Set the clock: `timedatectl set-ntp true`.')
  }
  if (existsSync('/run/systemd/timesync') && !existsSync('/run/systemd/timesync/synchronized')) {
    return attention(`${now.toISOString()}, but not compared with a time server yet.`, 'See `timedatectl`.')
  }
  return fine(`${now.toISOString()}.`)
}
