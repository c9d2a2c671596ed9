import type { Can } from '#protocol/access.ts'
import type { Api, Routes } from '#protocol/api.ts'
import { listOf } from '#protocol/list.ts'
import type { Person } from '#protocol/person.ts'
import {
  Activity,
  AnalyticsQuery,
  HistoryExportQuery,
  HistoryQuery,
  Play,
  Ranking,
  RankingQuery,
  Summary,
} from '#protocol/play.ts'
import type { Analytics } from './analytics/index.ts'
import type { Access } from './history/access.ts'
import { bodyOf, formats } from './history/export.ts'
import type { History } from './history/index.ts'

export interface HistoryRoutesDeps {
  history: History
  analytics: Analytics
  access: Access
  can: Can
  now: () => number
}

const seen = 'Of the sources whose analytics the person may see.'

const rankings = {
  users: ['viewer', 'Who watched the most'],
  movies: ['movie', 'The most watched films, the same one over all servers'],
  shows: ['show', 'The most watched series, the same one over all servers'],
  libraries: ['library', 'The most watched libraries; those of one name are one'],
  devices: ['device', 'The most used devices'],
  clients: ['client', 'The most used clients'],
} as const

type Demand = (action: 'view-analytics', thing: { kind: 'source'; id: string }) => void

/** Who names a source that they may not see is told so; who names none sees those that they may. */
const demandSource = (demand: Demand, sourceId: string | undefined) => {
  if (sourceId !== undefined) demand('view-analytics', { kind: 'source', id: sourceId })
}

const historyRoutes = (api: Api, { history, access, now }: HistoryRoutesDeps) => {
  api.get(
    '/history',
    {
      summary: 'What was played, newest first',
      detail: `${seen} A cursor stays where it was while plays are added.`,
      access: 'signed-in',
      query: HistoryQuery,
      answer: listOf(Play),
    },
    ({ query, person, demand }) => {
      demandSource(demand, query.sourceId)
      return history.page(query, access.facets(person(), query))
    },
  )

  api.get(
    '/history/export',
    {
      summary: 'What was played, as a file',
      detail: `Takes the filters of the list; the answer is CSV, or one JSON object a line. ${seen}`,
      access: 'signed-in',
      query: HistoryExportQuery,
      audit: 'history.export',
    },
    ({ query, person, demand, note }) => {
      const { format, ...filter } = query
      demandSource(demand, query.sourceId)
      note({ kind: 'history', id: format }, filter)
      const name = `belfry-history-${new Date(now()).toISOString().slice(0, 10)}.${format}`
      const body = bodyOf(history.all(filter, access.facets(person(), filter)), formats[format])
      const headers = { 'content-disposition': `attachment; filename="${name}"`, 'cache-control': 'no-store' }
      return new Response(body, { headers: { ...headers, 'content-type': formats[format].type } })
    },
  )
}

const analyticsRoutes = (api: Api, { analytics, access }: HistoryRoutesDeps) => {
  const sourcesOf = (call: { person(): Person; demand: Demand; query: { sourceId?: string | undefined } }) => {
    demandSource(call.demand, call.query.sourceId)
    return access.sources(call.person(), call.query.sourceId)
  }

  for (const [name, [dimension, summary]] of Object.entries(rankings)) {
    api.get(
      `/analytics/${name}`,
      { summary, detail: seen, access: 'signed-in', query: RankingQuery, answer: Ranking },
      (call) => analytics.ranking(dimension, call.query, sourcesOf(call)),
    )
  }

  api.get(
    '/analytics/summary',
    {
      summary: 'Sessions, active users, watch time, completion and transcoding, beside the range before',
      detail: seen,
      access: 'signed-in',
      query: AnalyticsQuery,
      answer: Summary,
    },
    (call) => analytics.summary(call.query.range, sourcesOf(call)),
  )

  api.get(
    '/analytics/activity',
    {
      summary: 'Plays by day, hour and weekday, in the time zone of the site',
      detail: `A play counts where it began. ${seen}`,
      access: 'signed-in',
      query: AnalyticsQuery,
      answer: Activity,
    },
    (call) => analytics.activity(call.query.range, sourcesOf(call)),
  )
}

export const createHistoryRoutes =
  (deps: HistoryRoutesDeps): Routes =>
  (api) => {
    historyRoutes(api, deps)
    analyticsRoutes(api, deps)
  }
