import type { SourceKind } from '#protocol/source.ts'
import type { Adapter } from './adapter.ts'
import { docker } from './docker/index.ts'
import { emby } from './emby/index.ts'
import { jellyfin } from './jellyfin/index.ts'
import { plex } from './plex/index.ts'

/** Erases what only the adapter itself knows: its credentials and options are parsed by its own schemas. */
type AnyAdapter = Omit<Adapter<unknown, unknown>, 'connect'> & {
  connect(
    settings: never,
    deps: Parameters<Adapter<unknown, unknown>['connect']>[1],
  ): ReturnType<Adapter<unknown, unknown>['connect']>
}

/** One line a kind. */
const known = { docker, emby, jellyfin, plex } satisfies { [K in SourceKind]?: AnyAdapter }

export const adapters = known as unknown as { [K in SourceKind]?: Adapter<unknown, unknown> }
