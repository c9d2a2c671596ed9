import type { Session } from './sessions.ts'
import type { World } from './world.ts'

export const PLAYSTATE_COMMANDS = [
  'Stop',
  'Pause',
  'Unpause',
  'NextTrack',
  'PreviousTrack',
  'Seek',
  'Rewind',
  'FastForward',
  'PlayPause',
] as const

export type PlaystateCommand = (typeof PLAYSTATE_COMMANDS)[number]

/** Passes a command on to the player, which obeys a little later, or never. */
export function sendCommand(world: World, session: Session, command: PlaystateCommand, seekMs: number | null): void {
  world.events.emit(command === 'Stop' ? 'stop' : 'command', session.id, { command })
  if (!session.remoteControl || session.ignoresCommands) return
  const target = session.playback
  const run = () => {
    if (target !== null && session.playback === target) obey(world, session, command, seekMs)
  }
  if (world.settings.stopDelayMs === 0) run()
  else world.later(world.settings.stopDelayMs, run)
}

function obey(world: World, session: Session, command: PlaystateCommand, seekMs: number | null): void {
  const { sessions } = world
  const isPaused = session.playback?.pausedAt !== null
  if (command === 'Stop') sessions.end(session)
  else if (command === 'Seek' && seekMs !== null) sessions.seek(session, seekMs)
  else if (isPaused && (command === 'Unpause' || command === 'PlayPause')) sessions.resume(session)
  else if (!isPaused && (command === 'Pause' || command === 'PlayPause')) sessions.pause(session)
}
