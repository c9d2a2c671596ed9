import { z } from 'zod'
import type { Can, Thing } from '#protocol/access.ts'
import type { Api, Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { Id, type List } from '#protocol/list.ts'
import type { Person } from '#protocol/person.ts'
import { Session } from '#protocol/session.ts'
import {
  TranscodeRule,
  TranscodeRulePatch,
  TranscodeRulePreview,
  TranscodeRulePreviewBody,
  TranscodeRuleQuery,
  TranscodeRules,
} from '#protocol/transcode-rule.ts'
import type { MediaPort } from '../ports.ts'
import type { Tracked } from '../sessions.ts'
import type { Preview } from './preview.ts'
import type { RuleStore } from './store.ts'
import type { Watcher } from './watcher.ts'

interface Deps {
  can: Can
  store: RuleStore
  ruleOf(sourceId: string): TranscodeRule
  watcher: Pick<Watcher, 'letPlay' | 'reconsider'>
  preview: Preview
  find(sessionId: string): Tracked | undefined
  seenBy(person: Person, session: Session): Session | null
  mediaOf(sourceId: string): MediaPort | undefined
  source(sourceId: string): { name: string; visibleToViewers: boolean } | undefined
  sourceIds(): string[]
}

const createLooks = ({ source, sourceIds, mediaOf, store, ruleOf, can }: Deps) => {
  const thing = (id: string): Thing | null => {
    const facts = source(id)
    return facts ? { kind: 'source', id, visibleToViewers: facts.visibleToViewers } : null
  }
  const isMedia = (id: string) => mediaOf(id) !== undefined || store.get(id) !== undefined
  /** Every media server, or the named one. */
  const named = (sourceId: string | undefined): string[] => {
    if (sourceId === undefined) return sourceIds().filter(isMedia)
    if (!thing(sourceId) || !isMedia(sourceId)) throw new AppError('not_found', 'There is no such media server.')
    return [sourceId]
  }
  /** Viewers do not learn whom it leaves alone. */
  const asSeen = (person: Person, sourceId: string): TranscodeRule[] => {
    const one = thing(sourceId)
    if (!one || !can(person, 'view-sessions', one)) return []
    return [{ ...ruleOf(sourceId), ...(person.role === 'viewer' ? { exempt: [] } : {}) }]
  }
  return { thing, named, asSeen }
}
type Looks = ReturnType<typeof createLooks>

const ruleRoutes = (api: Api, { store, ruleOf, watcher, source }: Deps, { thing, named, asSeen }: Looks) => {
  api.get(
    '/transcode-rule',
    {
      summary: 'The 4K rule of every media server',
      detail: 'Of the servers whose sessions the person may see.',
      access: 'signed-in',
      query: TranscodeRuleQuery,
      answer: TranscodeRules,
    },
    ({ query, person, demand }): List<TranscodeRule> => {
      const ids = named(query.sourceId)
      for (const id of query.sourceId === undefined ? [] : ids) demand('view-sessions', thing(id) ?? { kind: 'box' })
      return { items: ids.flatMap((id) => asSeen(person(), id)), next: null }
    },
  )

  api.put(
    '/transcode-rule',
    {
      summary: 'Set the 4K rule',
      detail:
        'Ends a session whose video is transcoded from 4K to 1080p or less, when it stays so for the whole grace. ' +
        'Audio alone never counts. What is left out stays as it is. Without sourceId it is set on every media server. ' +
        'Needs `manage` on each of them.',
      access: 'signed-in',
      body: TranscodeRulePatch,
      answer: TranscodeRules,
      audit: 'transcode-rule.change',
      example: { sourceId: 'living-room', enabled: true, graceMs: 5000 },
    },
    ({ body, demand, note }): List<TranscodeRule> => {
      const { sourceId: one, ...changes } = body
      const ids = named(one)
      for (const id of ids) demand('manage', { kind: 'source', id })
      const name = one === undefined ? undefined : source(one)?.name
      note({ kind: 'source', id: one ?? 'all', ...(name === undefined ? {} : { name }) }, changes)
      const items = ids.map((id) => TranscodeRule.parse({ ...ruleOf(id), ...changes }))
      for (const rule of items) {
        store.put(rule)
        watcher.reconsider(rule.sourceId)
      }
      return { items, next: null }
    },
  )
}

const previewRoute = (api: Api, { ruleOf, preview }: Deps, { thing, named }: Looks) => {
  api.post(
    '/transcode-rule/preview',
    {
      summary: 'What the 4K rule would have ended in the last 30 days',
      detail: 'Ends nothing and saves nothing. Grace and exempt viewers are those of the rule unless they are given.',
      access: 'view-analytics',
      thing: ({ body }) => thing(body.sourceId),
      body: TranscodeRulePreviewBody,
      answer: TranscodeRulePreview,
      example: { sourceId: 'living-room', graceMs: 60_000 },
    },
    ({ body }) => {
      named(body.sourceId)
      const rule = ruleOf(body.sourceId)
      const { graceMs = rule.graceMs, exempt = rule.exempt } = body
      return preview({ ...rule, graceMs, exempt })
    },
  )
}

const letPlayRoute = (api: Api, { find, watcher, source, seenBy }: Deps, { thing }: Looks) => {
  const gone = () => new AppError('not_found', 'This session has ended, or was never there.')
  api.post(
    '/sessions/:id/let-play',
    {
      summary: 'Let a session play that the 4K rule is about to end',
      detail: 'The rule leaves this viewer with this title on this device alone for 12 hours.',
      access: 'terminate',
      thing: ({ params }) => thing(find(params.id)?.session.sourceId ?? ''),
      params: z.strictObject({ id: Id }),
      answer: Session,
      audit: 'session.let-play',
    },
    ({ params, person, note }) => {
      const tracked = find(params.id)
      if (!tracked) throw gone()
      const { id, title, user, sourceId, player } = tracked.session
      note({ kind: 'session', id, name: title }, { source: source(sourceId)?.name, user, player: player.name })
      if (!watcher.letPlay(tracked)) throw new AppError('wrong_state', 'The 4K rule does not wait for this session.')
      return seenBy(person(), tracked.session)
    },
  )
}

export const createRuleRoutes =
  (deps: Deps): Routes =>
  (api) => {
    const looks = createLooks(deps)
    ruleRoutes(api, deps, looks)
    previewRoute(api, deps, looks)
    letPlayRoute(api, deps, looks)
  }
