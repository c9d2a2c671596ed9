import type { Activity } from '#protocol/play.ts'
import { type Bar, Bars, wholeTop } from '../../components/bars.ts'
import { Section } from '../../components/facts.ts'
import { niceCeiling } from '../../components/plot.ts'
import { html } from '../../lib/html.ts'
import type { By } from './query.ts'
import { counted, playedFor } from './words.ts'

interface Amount {
  plays: number
  playedMs: number
}

const minutes = 60_000
const hours = 3_600_000

const timeTop = (most: number) => {
  if (most < 2 * hours) {
    const ceiling = niceCeiling(Math.max(1, most / minutes), 2)
    return { most: ceiling * minutes, text: `${ceiling} min` }
  }
  const ceiling = niceCeiling(most / hours, 2)
  return { most: ceiling * hours, text: `${ceiling} h` }
}

const barOf = (by: By, name: string, { plays, playedMs }: Amount): Bar => ({
  ...{ name, value: by === 'time' ? playedMs : plays },
  said: plays === 0 ? 'nothing' : `${counted(plays)}, ${playedFor(playedMs)}`,
})

const dayFormat = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
  return (day: string) => format.format(new Date(`${day}T00:00:00Z`))
}
const dayName = dayFormat({ weekday: 'short', day: 'numeric', month: 'short' })
const dayShort = dayFormat({ day: 'numeric', month: 'short' })
const dayLong = dayFormat({ day: 'numeric', month: 'short', year: 'numeric' })

const weekdays = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays']
const two = (hour: number) => String(hour).padStart(2, '0')

const endsOf = (days: Activity['days']): string[] => {
  const last = days.length - 1
  const said = days.length > 200 ? dayLong : dayShort
  const at = days.length > 2 ? [0, Math.floor(last / 2), last] : [0, last]
  return [...new Set(at)].flatMap((index) => (days[index] ? [said(days[index].day)] : []))
}

const none = { days: [], hours: [], weekdays: [] }

/** When people watch: along the range, round the clock, and over the week. */
export const Charts = ({ activity, by, short }: { activity: Activity | null; by: By; short: boolean }) => {
  const { days, hours: clock, weekdays: week } = activity ?? none
  const top = by === 'time' ? timeTop : wholeTop
  const zone = activity ? html`Times of ${activity.timeZone.replaceAll('_', ' ')}` : null
  return html`<${Section} id="when" title="When" end=${zone}>
    <div class="charts">
      ${
        short
          ? null
          : html`<div class="wide"><${Bars} title="By day" top=${top} ticks=${endsOf(days)} spread="ends"
              bars=${days.map((one) => barOf(by, dayName(one.day), one))} /></div>`
      }
      <div class=${short ? 'wide' : undefined}><${Bars} title="By hour" top=${top} ticks=${['00:00', '06:00', '12:00', '18:00']} spread="starts"
        bars=${clock.map((one) => barOf(by, `${two(one.hour)}:00 to ${two((one.hour + 1) % 24)}:00`, one))} /></div>
      ${
        short
          ? null
          : html`<${Bars} title="By weekday" top=${top} ticks=${weekdays.map((name) => name.slice(0, 3))} spread="each"
              bars=${week.map((one) => barOf(by, weekdays[one.weekday - 1] ?? '', one))} />`
      }
    </div>
  <//>`
}
