import { z } from 'zod'
import type { Routes } from '#protocol/api.ts'
import { System, VitalsHistory } from '#protocol/system.ts'
import { type HistoryRange, historyRanges } from './vitals.ts'

const RangeQuery = z.strictObject({
  range: z.enum(Object.keys(historyRanges) as [HistoryRange, ...HistoryRange[]]).default('1h'),
})

export const createHardwareRoutes =
  (deps: { system: () => System; history: (range: HistoryRange) => Promise<VitalsHistory> }): Routes =>
  (api) => {
    api.get(
      '/system',
      { summary: 'This box: what it is, and how it is at this moment', access: 'view-box', answer: System },
      () => deps.system(),
    )

    api.get(
      '/system/vitals',
      {
        summary: 'This box over the last hour, day, week or month',
        detail: 'The last hour in steps of 5 s, longer ranges as averages of 5 minutes, 30 minutes and 2 hours.',
        access: 'view-box',
        query: RangeQuery,
        answer: VitalsHistory,
      },
      ({ query }) => deps.history(query.range),
    )
  }
