import type { Figures, Summary } from '#protocol/play.ts'
import { grouped, inWords, plural, span } from '../../lib/format.ts'
import { wordsOf } from './query.ts'

const hourMs = 3_600_000

/** "1,204 h", "9 h 12 min": minutes only while they matter. */
export const playedFor = (ms: number): string => (ms < 10 * hourMs ? span(ms) : `${grouped(ms / hourMs)} h`)

export const counted = (plays: number): string => `${grouped(plays)} ${plural(plays, 'play')}`

/** Of a share between 0 and 1. */
export const shareOf = (share: number): string => {
  if (share > 0 && share < 0.01) return 'under 1 %'
  return `${grouped(share * 100)} %`
}

/** "12 % more", as against the range before. */
export const changeOf = (now: number, before: number, less = 'fewer'): string => {
  if (before === 0) return now === 0 ? 'as before' : 'none before'
  const ratio = now / before
  if (ratio >= 3) return `${grouped(ratio)} times as ${less === 'less' ? 'much' : 'many'}`
  const percent = Math.round(Math.abs(ratio - 1) * 100)
  if (percent === 0) return 'as before'
  return `${percent} % ${ratio > 1 ? 'more' : less}`
}

/** "4 points more", for shares. */
export const pointsOf = (now: number | null, before: number | null): string => {
  if (now === null || before === null) return 'nothing to compare'
  const points = Math.round((now - before) * 100)
  if (points === 0) return 'as before'
  return `${Math.abs(points)} ${plural(Math.abs(points), 'point')} ${points > 0 ? 'more' : 'fewer'}`
}

const watched = (ms: number): string => {
  const hours = Math.round(ms / hourMs)
  if (hours >= 2) return `${grouped(hours)} hours`
  const minutes = Math.max(1, Math.round(ms / 60_000))
  return `${minutes} ${plural(minutes, 'minute')}`
}

const transcoded = ({ transcode }: Figures): string => {
  if (transcode === null) return ''
  if (transcode.total === 0) return 'Nothing had to be transcoded.'
  const { hardware, software, audio } = transcode
  const most = Math.max(hardware, software, audio)
  const how = most === audio ? 'sound only' : most === hardware ? 'video in hardware' : 'video on the processor'
  return `${shareOf(transcode.total).replace(/^u/, 'U')} of the plays were transcoded, most often ${how}.`
}

/** How much was watched, then how that compares and what it cost. */
export const headlineOf = (summary: Summary): { strong: string; rest: string } => {
  const { activeUsers, watchMs, before, range } = summary
  const { last, before: earlier } = wordsOf(range)
  const change = changeOf(watchMs, before.watchMs, 'less')
  const compared =
    before.watchMs === 0
      ? `Nothing was played in ${earlier}.`
      : change === 'as before'
        ? `That is as much as in ${earlier}.`
        : `That is ${change}${change.includes('times') ? ' as' : ' than'} in ${earlier}.`
  return {
    strong: `${inWords(activeUsers, true)} ${plural(activeUsers, 'person', 'people')} watched for ${watched(watchMs)} in ${last}.`,
    rest: [compared, transcoded(summary)].filter(Boolean).join(' ').replaceAll(' %', '\u00a0%'),
  }
}
