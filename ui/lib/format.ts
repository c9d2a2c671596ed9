// Not Intl.NumberFormat: making the first one costs a Pi a quarter of a second, and figures have one form here.
const number = (digits: number) => ({
  format: (value: number): string => {
    const [whole = '', part] = value.toFixed(digits).split('.')
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
    return part === undefined ? grouped : `${grouped}.${part}`
  },
})
const whole = number(0)
const tenths = number(1)
const hundredths = number(2)
/** "12,480". */
export const grouped = (value: number): string => whole.format(value)

/** A figure and its unit, apart, because they are set in different ink. */
export interface Measure {
  figure: string
  unit: string
}
export const say = ({ figure, unit }: Measure): string => `${figure} ${unit}`

export const bitrate = (kbps: number): Measure => ({ figure: tenths.format(kbps / 1000), unit: 'Mb/s' })

const sizes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
/** Powers of 1000 would not match what tools of this field show for memory: steps are 1024. */
export const bytes = (count: number): Measure => {
  // Half a unit below the next step it would round to 1,024 of this one.
  const step = Math.max(
    0,
    sizes.findLastIndex((_, at) => count >= 1024 ** at - 1024 ** (at - 1) / 2),
  )
  const value = count / 1024 ** step
  const format = step >= 3 && value < 100 ? tenths : whole
  return { figure: format.format(value), unit: sizes[step] ?? 'B' }
}
export const byteRate = (perSecond: number): Measure => {
  const { figure, unit } = bytes(perSecond)
  return { figure, unit: `${unit}/s` }
}
/** "7.5 of 8 GB": both in the unit of the second. */
export const usedOf = (used: number, total: number): { used: string; total: string; unit: string } => {
  const { unit } = bytes(total)
  const divisor = 1024 ** sizes.indexOf(unit)
  const round = (value: number) =>
    value < (unit === 'MB' ? 10 : 100) ? String(Math.round(value * 10) / 10) : whole.format(value)
  return { used: round(used / divisor), total: round(total / divisor), unit }
}
export const cores = (count: number): Measure => ({
  figure: hundredths.format(count),
  unit: count === 1 ? 'core' : 'cores',
})
export const percent = (value: number): Measure => ({ figure: whole.format(value), unit: '%' })
export const degrees = (value: number): Measure => ({ figure: whole.format(value), unit: '°C' })

/** "5 h 23 min", "12 d", "40 s": at most two units, the second only where it matters. */
export const span = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  const days = Math.floor(hours / 24)
  return days < 3 && hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`
}
export const ago = (ms: number): string => (ms < 1000 ? 'just now' : `${span(ms)} ago`)
/** "3.1 s", for what an action took. */
export const took = (ms: number): string => (ms < 60_000 ? `${tenths.format(ms / 1000)} s` : span(ms))
/** "2:58" or "1:02:05": a place in a film. */
export const place = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

const words = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve']
/** Small numbers as words, as a sentence wants them; `start` gives the capital. */
export const inWords = (count: number, start = false): string => {
  const word = words[count] ?? String(count)
  return start ? word : word.toLowerCase()
}
export const plural = (count: number, one: string, many = `${one}s`): string => (count === 1 ? one : many)
/** "a, b and c". */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
/** "9F:2C:…:41": enough of a fingerprint to compare at a glance. */
export const shortPrint = (fingerprint: string): string =>
  fingerprint.length < 16 ? fingerprint : `${fingerprint.slice(0, 5)}:…:${fingerprint.slice(-2)}`

export interface Times {
  /** 14:38:21 */
  clock(at: string | number): string
  /** 14:38 */
  minute(at: string | number): string
  /** 20 Nov 2026, 14:38 */
  full(at: string | number): string
  /** 14:38 today, else with the day. */
  near(at: string | number, now: number): string
  day(at: string | number): string
}

const options: Intl.DateTimeFormatOptions = {
  ...{ day: 'numeric', month: 'short', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
}

/** Times of day in the site's zone, wherever the reader is. `zone` undefined = the reader's own. */
export const createTimes = (zone: () => string | undefined): Times => {
  const made = new Map<string | undefined, Intl.DateTimeFormat>()
  // One formatter for every form: making each costs a Pi, or a phone, as much as drawing a dozen lines.
  const parts = (at: string | number) => {
    const timeZone = zone()
    const formatter =
      made.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', timeZone ? { ...options, timeZone } : options)
    made.set(timeZone, formatter)
    const [day = '', clock = ''] = formatter.format(new Date(at)).split(', ')
    return { day, clock, minute: clock.slice(0, 5) }
  }
  return {
    clock: (at) => parts(at).clock,
    minute: (at) => parts(at).minute,
    day: (at) => parts(at).day,
    full: (at) => {
      const { day, minute } = parts(at)
      return `${day}, ${minute}`
    },
    near: (at, now) => {
      const { day, minute } = parts(at)
      return day === parts(now).day ? minute : `${day.replace(/ \d+$/, '')}, ${minute}`
    },
  }
}
