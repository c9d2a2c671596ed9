import { PlayedStream } from '#protocol/play.ts'
import type { TranscodeRule, TranscodeRulePreview, WouldHaveEnded } from '#protocol/transcode-rule.ts'
import type { Reads } from '../analytics/store.ts'
import { isExempt, isShrunk4k } from './rule.ts'

interface Row {
  id: number
  user: string
  title: string
  subtitle: string | null
  player: string
  startedAt: number
  playedMs: number
  stream: number
}

const days = 30
const dayMs = 86_400_000
const shown = 100

const streamsSql = `SELECT id, body FROM play_streams
  WHERE json_extract(body, '$.video') = 'transcode' AND json_extract(body, '$.source.is4k')`

const ofSource = `p.facet IN (SELECT f.id FROM play_facets f JOIN play_sources s ON s.id = f.source
    WHERE s.source_id = @sourceId) AND p.started_at >= @from`

const countSql = `SELECT count(*) AS plays FROM plays p INDEXED BY plays_by_facet WHERE ${ofSource}`

const playsSql = `SELECT p.id, v.name AS user, t.name AS title, i.subtitle, d.name AS player,
    p.started_at AS startedAt, p.played_ms AS playedMs, p.stream
  FROM plays p INDEXED BY plays_by_facet LEFT JOIN play_viewers v ON v.id = p.viewer
  LEFT JOIN play_items i ON i.id = p.item LEFT JOIN play_titles t ON t.id = i.title
  LEFT JOIN play_devices d ON d.id = p.device
  WHERE ${ofSource} AND p.stream IN (SELECT value FROM json_each(@streams)) AND p.played_ms >= @graceMs
  ORDER BY p.started_at DESC, p.id DESC`

/**
 * Which plays of the last 30 days the rule would have ended. Whether a player took commands then is not known, so all
 * of them count.
 */
export const createPreview = ({ reads, now }: { reads: Reads; now: () => number }) => {
  const shrunk = async () => {
    const streams = new Map<number, PlayedStream>()
    for (const { id, body } of await reads.all<{ id: number; body: string }>(streamsSql)) {
      const stream = PlayedStream.parse(JSON.parse(body))
      if (isShrunk4k(stream)) streams.set(id, stream)
    }
    return streams
  }

  return async ({ sourceId, graceMs, exempt }: TranscodeRule): Promise<TranscodeRulePreview> => {
    const to = now()
    const from = to - days * dayMs
    const streams = await shrunk()
    const asked = { sourceId, from, graceMs, streams: JSON.stringify([...streams.keys()]) }
    const rows = await reads.all<Row>(playsSql, asked)
    const [{ plays } = { plays: 0 }] = await reads.all<{ plays: number }>(countSql, { sourceId, from })
    const found = rows.filter(({ user }) => !isExempt({ exempt }, user))
    const items = found.slice(0, shown).flatMap(({ stream, id, startedAt, ...row }): WouldHaveEnded[] => {
      const sent = streams.get(stream)
      if (!sent) return []
      const { source, target } = sent
      return [{ ...row, id: String(id), sourceId, startedAt: new Date(startedAt).toISOString(), source, target }]
    })
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), count: found.length, plays, items }
  }
}
export type Preview = ReturnType<typeof createPreview>
