import type { Vitals } from '#protocol/system.ts'
import { niceCeiling } from '../components/plot.ts'

export type MetricKey = 'cpu' | 'memory' | 'temperature' | 'disk' | 'network' | 'own'

export interface Metric {
  key: MetricKey
  name: string
  unit: string
  /** Where the axis ends and begins; null lets the values decide. */
  most: number | null
  least: number
  /** Drawn as a dashed line: above it somebody should look. */
  limit?: number
  limitSaid?: string
  /** The same measurement the other way: sent beside received. */
  second?: { name: string; of(point: Vitals): number | null }
  label: string
  of(point: Vitals): number | null
  figure(value: number): string
}

const whole = (value: number) => String(Math.round(value))
const tenths = (value: number) => (value >= 100 ? whole(value) : value.toFixed(1))
const mega = 1024 ** 2

/** The numbers of this box that are kept, in the order in which they are shown. */
export const metrics: readonly Metric[] = [
  { key: 'cpu', name: 'CPU', label: 'In use', unit: '%', most: 100, least: 0, of: ({ cpu }) => cpu, figure: whole },
  {
    key: 'memory',
    name: 'Memory',
    label: 'In use',
    unit: '%',
    most: 100,
    least: 0,
    of: ({ memory }) => (memory.used / memory.total) * 100,
    figure: whole,
  },
  {
    key: 'temperature',
    name: 'Temperature',
    label: 'Processor',
    unit: '°C',
    most: 90,
    least: 30,
    limit: 80,
    limitSaid: 'throttles at 80',
    of: ({ temperature }) => temperature,
    figure: whole,
  },
  {
    key: 'disk',
    name: 'Disk',
    label: 'Full',
    unit: '%',
    most: 100,
    least: 0,
    of: ({ disk }) => (disk ? (disk.used / disk.total) * 100 : null),
    figure: whole,
  },
  {
    key: 'network',
    name: 'Network',
    label: 'Received',
    unit: 'MB/s',
    most: null,
    least: 0,
    second: { name: 'Sent', of: ({ txBytesPerS }) => (txBytesPerS === null ? null : txBytesPerS / mega) },
    of: ({ rxBytesPerS }) => (rxBytesPerS === null ? null : rxBytesPerS / mega),
    figure: (value) => (value < 10 ? value.toFixed(2) : tenths(value)),
  },
  {
    key: 'own',
    name: 'Belfry',
    label: 'Memory of Belfry',
    unit: 'MB',
    most: null,
    least: 0,
    of: ({ ownMemory }) => ownMemory / mega,
    figure: whole,
  },
]

export const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null)

export const ceilingOf = (metric: Metric, values: readonly (number | null)[]): number =>
  metric.most ?? niceCeiling(Math.max(0.01, ...known(values)), 2)
