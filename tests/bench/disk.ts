import { type Effort, type Figure, inMegabytes, round } from './figure.ts'
import { createHome, forSeconds, type Home } from './home.ts'

const dayS = 24 * 3600
/** What a household of five starts in a day, pauses in each of them included. */
const playsPerDay = 60

const writtenIn = async ({ app }: Home, work: () => Promise<void>): Promise<number> => {
  const from = app.usage().writtenBytes
  await work()
  return app.usage().writtenBytes - from
}

/** Plays long enough to be remembered that begin, pause, go on and end, each at its own moment. */
const playAll = async ({ servers }: Home, times: number): Promise<number> => {
  const plays = servers.flatMap((server, at) =>
    Array.from({ length: times }, (_, turn) => ({ server, after: turn * servers.length + at })),
  )
  await Promise.all(
    plays.map(async ({ server, after }) => {
      await forSeconds(after)
      const { id } = server.play({ user: 'Grace', deviceId: `tablet ${after}`, item: 'The General' })
      await forSeconds(8)
      server.pause(id)
      await forSeconds(2)
      server.resume(id)
      await forSeconds(8)
      server.end(id)
    }),
  )
  // An end is believed after a moment of grace, and written down at the latest half a minute on.
  await forSeconds(50)
  return plays.length
}

/**
 * Bytes that reach the disk in a home with three media servers: what goes on by itself, scaled from minutes to a day,
 * and what a play costs, times those of a day. Scaling a household that never rests would count ten thousand plays.
 */
export const disk = async ({ short }: Effort): Promise<Figure[]> => {
  const seconds = short ? 60 : 300
  const home = await createHome({ servers: 3, playing: 2 })
  const live = await home.app.live(home.owner.token)
  // What the claim, the first sign-in and the three sources wrote is over by then.
  await forSeconds(short ? 15 : 75)
  const base = await writtenIn(home, () => forSeconds(seconds))
  let plays = 0
  const played = await writtenIn(home, async () => {
    plays = await playAll(home, short ? 4 : 15)
  })
  await live.close()
  await home.end()
  const perPlay = played / plays
  const perDay = (base * dayS) / seconds + perPlay * playsPerDay
  return [
    {
      name: `written to disk in a day, from ${seconds} s and ${plays} plays`,
      value: inMegabytes(perDay),
      unit: 'MB/day',
      budget: 20,
      reference: null,
      more: { bytesByItself: base, bytesPerPlay: round(perPlay), playsPerDay },
    },
  ]
}
