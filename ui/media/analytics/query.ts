import type { Range } from '#protocol/play.ts'
import type { App } from '../../lib/app.ts'

interface RangeWords {
  value: Range
  text: string
  last: string
  before: string
  days: number
}

const days = (count: 7 | 30 | 180 | 365): RangeWords => ({
  ...{ value: `${count}d`, text: `${count} d`, days: count },
  ...{ last: `the last ${count} days`, before: `the ${count} days before` },
})

export const ranges: readonly RangeWords[] = [
  { value: '24h', text: '24 h', last: 'the last 24 hours', before: 'the 24 hours before', days: 1 },
  ...([7, 30, 180, 365] as const).map(days),
]
const usual = days(30)

export const wordsOf = (range: Range): RangeWords => ranges.find(({ value }) => value === range) ?? usual

export type By = 'time' | 'plays'

export interface Choice {
  range: Range
  source: string
  by: By
}

/** What the address asks for; what it does not know is the usual. */
export const choiceOf = ({ router }: App): Choice => {
  const query = router.query.value
  const range = ranges.find(({ value }) => value === query.get('range')) ?? usual
  return { range: range.value, source: query.get('source') ?? '', by: query.get('by') === 'plays' ? 'plays' : 'time' }
}

/** For the address: the usual is not written. */
export const rangeParam = (range: string): string | null => (range === usual.value ? null : range)
