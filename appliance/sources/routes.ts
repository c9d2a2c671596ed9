import { z } from 'zod'
import type { Can } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { listOf, PageQuery } from '#protocol/list.ts'
import { DiscoveredSource, Source, SourceBody, SourceDetail, SourcePatch, SourceTest } from '#protocol/source.ts'
import { seenSource } from './seen.ts'

/** What can be asked of the sources, and done to them. */
export interface SourceActions {
  list(): Source[]
  find(id: string): Source | undefined
  detail(id: string): SourceDetail
  /** Reads it now and waits for that. */
  refresh(id: string): Promise<void>
  /** Saves it, starts it, and waits up to 5 s for its first answer. Throws `conflict` when it is here already. */
  add(body: SourceBody): Promise<Source>
  change(id: string, patch: SourcePatch): Promise<Source>
  remove(id: string): Promise<void>
  test(body: SourceBody): Promise<SourceTest>
}

const ById = z.object({ id: z.string() })

const example = {
  kind: 'jellyfin',
  name: 'Jelly',
  url: 'http://192.168.1.20:8096',
  credentials: { apiKey: '…' },
  options: { visibleToViewers: true },
}

export const createSourceRoutes = (deps: {
  sources: SourceActions
  discovered: { list(): DiscoveredSource[]; search(): Promise<void> }
  can: Can
}): Routes => {
  const { sources, discovered, can } = deps
  const manage = ({ params }: { params: z.infer<typeof ById> }) => {
    const source = sources.find(params.id)
    return source ? ({ kind: 'source', id: source.id } as const) : null
  }

  return (api) => {
    api.get(
      '/sources',
      { summary: 'Every source that you may see', access: 'signed-in', query: PageQuery, answer: listOf(Source) },
      (call) => {
        const person = call.person()
        const seen = sources.list().flatMap((source) => seenSource(can, { person }, source) ?? [])
        const start = call.query.cursor ? seen.findIndex(({ id }) => id === call.query.cursor) + 1 : 0
        const items = seen.slice(start, start + call.query.limit)
        return { items, next: start + items.length < seen.length ? (items.at(-1)?.id ?? null) : null }
      },
    )

    api.post(
      '/sources',
      {
        summary: 'Add a source',
        detail: 'Credentials are sealed and never sent back. The status tells how the first read went.',
        access: 'manage-box',
        body: SourceBody,
        answer: Source,
        status: 201,
        audit: 'source.create',
        example,
      },
      async (call) => {
        const source = await sources.add(call.body)
        call.note({ kind: 'source', id: source.id, name: source.name }, { sourceKind: source.kind, url: source.url })
        return source
      },
    )

    api.post(
      '/sources/test',
      {
        summary: 'Try a source without saving it',
        detail:
          'Answers who is there, its version, and the fingerprint of its certificate to compare before trusting it.',
        access: 'manage-box',
        body: SourceBody,
        answer: SourceTest,
        audit: 'source.test',
      },
      async (call) => {
        const result = await sources.test(call.body)
        call.note({ kind: 'source', id: '', name: call.body.name }, { sourceKind: call.body.kind, url: call.body.url })
        call.outcome(result.state)
        return result
      },
    )

    api.get(
      '/sources/discovered',
      {
        summary: 'Media servers and engines that were found on this network',
        access: 'manage-box',
        query: z.object({ search: z.enum(['true', 'false']).optional() }),
        answer: listOf(DiscoveredSource),
      },
      async (call) => {
        if (call.query.search === 'true') await discovered.search()
        return { items: discovered.list(), next: null }
      },
    )

    api.get('/sources/:id', { summary: 'One source', access: 'signed-in', params: ById, answer: Source }, (call) => {
      const source = sources.find(call.params.id)
      const seen = source && seenSource(can, { person: call.person() }, source)
      if (!seen) throw new AppError('not_found', 'There is no such source, or not any more.')
      return seen
    })

    api.put(
      '/sources/:id',
      {
        summary: 'Change a source',
        detail: 'What is left out stays. Credentials are asked for again when the address changes.',
        access: 'manage',
        thing: manage,
        params: ById,
        body: SourcePatch,
        answer: Source,
        audit: 'source.change',
      },
      async (call) => {
        const source = await sources.change(call.params.id, call.body)
        call.note({ kind: 'source', id: source.id, name: source.name }, { changed: Object.keys(call.body) })
        return source
      },
    )

    api.delete(
      '/sources/:id',
      {
        summary: 'Forget a source',
        detail: 'Its sealed credentials go with it; the upstream itself is not touched.',
        access: 'manage-box',
        params: ById,
        status: 204,
        audit: 'source.delete',
      },
      async (call) => {
        const source = sources.find(call.params.id)
        if (source) call.note({ kind: 'source', id: source.id, name: source.name })
        await sources.remove(call.params.id)
      },
    )

    api.post(
      '/sources/:id/refresh',
      { summary: 'Read a source now', access: 'manage', thing: manage, params: ById, answer: SourceDetail },
      async (call) => {
        await sources.refresh(call.params.id)
        return sources.detail(call.params.id)
      },
    )

    api.get(
      '/sources/:id/status',
      {
        summary: 'How a source is, and how fresh what is known of it',
        access: 'signed-in',
        params: ById,
        answer: SourceDetail,
      },
      (call) => {
        const source = sources.find(call.params.id)
        if (!source || !seenSource(can, { person: call.person() }, source)) {
          throw new AppError('not_found', 'There is no such source, or not any more.')
        }
        return sources.detail(source.id)
      },
    )
  }
}
