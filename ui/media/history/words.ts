import type { Play } from '#protocol/play.ts'
import { percent, say, span } from '../../lib/format.ts'
import { decisionName } from '../session-facts.ts'

export const kindChoices: readonly { value: string; text: string }[] = [
  { value: '', text: 'Every kind' },
  { value: 'movie', text: 'Films' },
  { value: 'episode', text: 'Episodes' },
  { value: 'track', text: 'Music' },
  { value: 'live', text: 'Live TV' },
  { value: 'photo', text: 'Photos' },
  { value: 'other', text: 'Other' },
]

export const decisionChoices: readonly { value: string; text: string }[] = [
  { value: '', text: 'However sent' },
  ...Object.entries(decisionName).map(([value, text]) => ({ value, text })),
]

/** "62 % of 1 h 20 min"; null when its length is not known. */
export const watchedOf = ({ watched, durationMs }: Play): string | null =>
  watched === null || durationMs === null ? null : `${say(percent(watched * 100))} of ${span(durationMs)}`

/** Which device, and with what: nothing is said twice. */
export const playerOf = ({ player }: Play): string =>
  player.product === player.name ? player.name : `${player.product} on ${player.name}`

/** "S1 E3" of "S1 E3 · The Wall": what tells an episode from its series. */
export const subOf = ({ subtitle, year }: Play): string | null => subtitle ?? (year === null ? null : String(year))
