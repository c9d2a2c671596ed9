import { niceCeiling } from '../components/plot.ts'

const units = ['B', 'kB', 'MB', 'GB', 'TB']

export interface Scale {
  /** Bytes in one unit. */
  size: number
  unit: string
  /** A round top for the axis, in units. */
  most: number
  figure(bytes: number): string
}

/** One unit for a whole chart, so that its figures can be compared. */
export const scaleOf = (highest: number): Scale => {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log(Math.max(1, highest)) / Math.log(1024))))
  const size = 1024 ** step
  return {
    size,
    unit: units[step] ?? 'B',
    most: niceCeiling(highest / size, 2),
    figure: (count) => {
      const value = count / size
      return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1)
    },
  }
}
