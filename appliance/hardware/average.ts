import type { Vitals } from '#protocol/system.ts'

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

const meanOrNull = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((one) => one !== null)
  return known.length > 0 ? mean(known) : null
}

const round = (value: number, digits = 0) => Math.round(value * 10 ** digits) / 10 ** digits
const roundOrNull = (value: number | null, digits = 0) => (value === null ? null : round(value, digits))

/** The average of at least one sample, said to be at `at`; what no sample knows stays null. */
export const averageOf = (samples: readonly Vitals[], at: number): Vitals => {
  const disks = samples.flatMap(({ disk }) => (disk ? [disk] : []))
  return {
    at: new Date(at).toISOString(),
    cpu: round(mean(samples.map(({ cpu }) => cpu)), 1),
    load: round(mean(samples.map(({ load }) => load)), 2),
    memory: {
      used: round(mean(samples.map(({ memory }) => memory.used))),
      total: round(mean(samples.map(({ memory }) => memory.total))),
    },
    temperature: roundOrNull(meanOrNull(samples.map(({ temperature }) => temperature)), 1),
    disk:
      disks.length > 0
        ? { used: round(mean(disks.map(({ used }) => used))), total: round(mean(disks.map(({ total }) => total))) }
        : null,
    rxBytesPerS: roundOrNull(meanOrNull(samples.map(({ rxBytesPerS }) => rxBytesPerS))),
    txBytesPerS: roundOrNull(meanOrNull(samples.map(({ txBytesPerS }) => txBytesPerS))),
    ownMemory: round(mean(samples.map(({ ownMemory }) => ownMemory))),
  }
}
