import type { Agent } from 'node:http'
import type { Log } from '../../lib/log.ts'
import { pause } from '../../lib/poll.ts'
import { createRepeats } from './repeats.ts'
import { runSocket, type SocketEnd, type SocketOptions } from './socket.ts'

const tryAgainMs = 10 * 60_000

export interface Push {
  /** Ends when the stream does; throws when it broke. Where there is no push it waits before it returns. */
  listen(
    version: string | null,
    to: { ready(): void; sessions(data: unknown): void; nudge(): void },
    signal: AbortSignal,
  ): Promise<void>
  /** Tells that a read found a change. When the socket has not told of it either a little later, it is given up. */
  sawChange(): void
  /** Tells that something else than a frame was seen: the next frame is news even when it repeats the one before. */
  sawOther(): void
}

/** A way into the socket. */
export type Door = Pick<SocketOptions, 'url' | 'headers'>

export interface PushDeps {
  /** In the order in which they are tried; none where this version does not tell of sessions. */
  doors(version: string | null): Door[]
  agent: Agent | undefined
  log: Log
  keep: SocketOptions['keep']
  /** Says again that it listens when no frame came within this time. */
  repeatAfterMs?: number
  /** Frames that only say that something changed. */
  nudgedBy?: readonly string[]
  /** How long a frame may come later than the read that found the same. */
  deafAfterMs?: number
}

/** Tries the doors one after the other, and goes on with the one that opened. */
const createDoors = () => {
  let at = 0
  return async (doors: Door[], run: (door: Door) => Promise<SocketEnd>): Promise<SocketEnd> => {
    let end: SocketEnd = 'refused'
    for (let tried = 0; end === 'refused' && tried < doors.length; tried++) {
      const door = doors[at % doors.length]
      if (door) end = await run(door)
      if (end === 'refused') at = (at + 1) % doors.length
    }
    return end
  }
}

export const createPush = (deps: PushDeps): Push => {
  const { log, deafAfterMs = 5000 } = deps
  const enter = createDoors()
  const repeats = createRepeats()
  let frames = 0
  let giveUp: (() => void) | null = null

  return {
    sawOther: repeats.forget,
    sawChange: () => {
      const before = frames
      const stillThere = giveUp
      if (!stillThere) return
      setTimeout(() => {
        if (frames === before && giveUp === stillThere) stillThere()
      }, deafAfterMs).unref()
    },
    listen: async (version, to, signal) => {
      const doors = deps.doors(version)
      if (doors.length === 0) return pause(tryAgainMs, signal)
      const deaf = new AbortController()
      giveUp = () => deaf.abort()
      repeats.forget()
      const run = (door: Door) =>
        runSocket({
          ...door,
          ...{ agent: deps.agent, keep: deps.keep, repeatAfterMs: deps.repeatAfterMs },
          signal: AbortSignal.any([signal, deaf.signal]),
          onOpen: to.ready,
          isRepeat: (text) => {
            const isOne = repeats.isOne(text)
            if (isOne) frames += 1
            return isOne
          },
          onSessions: (data) => {
            frames += 1
            to.sessions(data)
          },
          onOther: (messageType) => {
            if (deps.nudgedBy?.includes(messageType)) to.nudge()
          },
        })
      try {
        const end = await enter(doors, run)
        if (end !== 'refused' && !deaf.signal.aborted) return
        log.info({ end }, 'the socket does not tell of sessions; they are read instead')
      } finally {
        giveUp = null
      }
      await pause(tryAgainMs, signal)
    },
  }
}
