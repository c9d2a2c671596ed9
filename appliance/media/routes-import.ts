import { z } from 'zod'
import type { Thing } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { Id } from '#protocol/list.ts'
import { ImportTask } from '#protocol/play.ts'
import type { Imports } from './import/index.ts'

const Query = z.strictObject({ sourceId: Id })
const Params = z.strictObject({ id: Id })

export const createImportRoutes =
  (deps: { imports: Imports; source(sourceId: string): { name: string } | undefined }): Routes =>
  (api) => {
    api.post(
      '/history/import',
      {
        summary: 'Take over what another program recorded',
        detail:
          'The body is the database file of a Tautulli or the backup of a Jellystat, as application/octet-stream. ' +
          'The same file again adds nothing.',
        access: 'manage',
        thing: ({ query }): Thing | null =>
          deps.source(query.sourceId) ? { kind: 'source', id: query.sourceId } : null,
        query: Query,
        status: 202,
        answer: z.object({ task: ImportTask }),
        audit: 'history.import',
      },
      async ({ query, request, note }) => {
        const name = deps.source(query.sourceId)?.name ?? query.sourceId
        note({ kind: 'source', id: query.sourceId, name })
        return { task: await deps.imports.begin(request, { id: query.sourceId, name }) }
      },
    )

    api.get(
      '/history/import/:id',
      { summary: 'How an import is getting on', access: 'signed-in', params: Params, answer: ImportTask },
      ({ params }) => {
        const task = deps.imports.find(params.id)
        if (!task) throw new AppError('not_found', 'There is no such import, or not any more.')
        return task
      },
    )
  }
