import type { Source, SourceKind, SourceState } from '#protocol/source.ts'
import type { MarkState } from '../components/mark.ts'

export const kindName: Record<SourceKind, string> = {
  plex: 'Plex',
  emby: 'Emby',
  jellyfin: 'Jellyfin',
  proxmox: 'Proxmox',
  docker: 'Docker',
  portainer: 'Portainer',
  netdata: 'Netdata',
}

const media: ReadonlySet<SourceKind> = new Set(['plex', 'emby', 'jellyfin'])
const engines: ReadonlySet<SourceKind> = new Set(['docker', 'portainer'])

export const isMedia = (kind: SourceKind): boolean => media.has(kind)
export const isEngine = (kind: SourceKind): boolean => engines.has(kind)

export const sourceMark: Record<SourceState, MarkState> = {
  ok: 'fine',
  degraded: 'attention',
  unreachable: 'unknown',
  unauthorized: 'trouble',
  untrusted: 'attention',
  disabled: 'off',
}
export const sourceWord: Record<SourceState, string> = {
  ok: 'Fine',
  degraded: 'Partly working',
  unreachable: 'Unreachable',
  unauthorized: 'Refuses our key',
  untrusted: 'Shows another certificate',
  disabled: 'Switched off',
}

/** "Jellyfin 10.11": the parts of a version that people speak of. */
export const productOf = ({ kind, version }: Pick<Source, 'kind' | 'version'>): string =>
  version ? `${kindName[kind]} ${version.split(/[.-]/).slice(0, 2).join('.')}` : kindName[kind]

/** Whether what is shown of a source is what it says now. */
export const isAway = ({ status }: Source): boolean => status.state !== 'ok' && status.state !== 'degraded'
