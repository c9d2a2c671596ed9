/** No certificate of Belfry is older than this; a clock that says less has not been set yet. */
export const earliest = Date.UTC(2026, 10, 1)

const patienceMs = 3_600_000

/**
 * The time to issue by, in ms UTC. A Raspberry Pi has no clock that runs without power, so at boot the time may lie
 * years back: it never counts as earlier than the last certificate. Only when that has stayed so for an hour, it is
 * the last certificate that came from a wrong clock, and the time is taken as it is.
 */
export const createIssuingClock = (now: () => number, latestStart: () => number | null): (() => number) => {
  let behindSince: number | null = null
  return () => {
    // X.509 knows whole seconds only.
    const at = Math.max(Math.floor(now() / 1000) * 1000, earliest)
    const last = latestStart() ?? at
    if (at >= last) {
      behindSince = null
      return at
    }
    behindSince ??= at
    return at - behindSince >= patienceMs ? at : last
  }
}
