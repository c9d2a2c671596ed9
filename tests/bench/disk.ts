import { type Effort, type Figure, inMegabytes, round } from './figure.ts'
import { createHome, forSeconds } from './home.ts'

const dayS = 24 * 3600

/** Bytes that reach the disk in a home with three media servers on which things move all the time. */
export const disk = async ({ short }: Effort): Promise<Figure[]> => {
  const seconds = short ? 60 : 300
  const home = await createHome({ servers: 3, lively: true })
  const live = await home.app.live(home.owner.token)
  // What the claim, the first sign-in and the three sources wrote is over by then.
  await forSeconds(5)
  const from = home.app.usage().writtenBytes
  await forSeconds(seconds)
  const written = home.app.usage().writtenBytes - from
  const events = live.frames.length
  await home.end()
  return [
    {
      name: `written to disk, scaled from ${seconds} s`,
      value: inMegabytes((written * dayS) / seconds),
      unit: 'MB/day',
      budget: 20,
      reference: null,
      more: { bytes: written, eventsMeanwhile: events, eventsPerDay: round((events * dayS) / seconds) },
    },
  ]
}
