const restMs = 250

/** Runs at once, and what is asked for meanwhile once more after a rest: readers are not flooded, however fast it is. */
export const createRested = (run: () => void, restingMs = restMs): { ask(): void; stop(): void } => {
  let timer: NodeJS.Timeout | undefined
  let isDue = false
  const go = () => {
    isDue = false
    timer = setTimeout(() => {
      timer = undefined
      if (isDue) go()
    }, restingMs).unref()
    run()
  }
  return {
    ask: () => {
      if (timer) isDue = true
      else go()
    },
    stop: () => clearTimeout(timer),
  }
}
