import type { SourceKind } from '#protocol/source.ts'

/** One field of what a kind is told: where it is, or with what key. */
export interface SourceField {
  /** Its name in `credentials`. */
  name: string
  label: string
  hint?: string
  secret?: boolean
  rows?: number
  optional?: boolean
}

export interface SourceForm {
  kind: SourceKind
  /** What a person calls it. */
  text: string
  about: string
  address: { hint: string; placeholder: string; first: string; wrong: string; pattern: RegExp }
  fields: readonly SourceField[]
  /** Fields that only some need: certificates of an engine on another machine. */
  isNeeded?: (url: string) => boolean
  canBeSeenByViewers: boolean
  /** Credentials that mean nothing, to ask a server for its certificate without telling it a secret. */
  blank: Record<string, string>
}

/** Every kind that can be added, in the order in which they are offered. */
export const sourceForms: readonly SourceForm[] = [
  {
    kind: 'jellyfin',
    text: 'Jellyfin',
    about: 'Who watches what, and the way to end it.',
    address: {
      hint: 'As you open it in the browser.',
      placeholder: 'http://jellyfin.local:8096',
      first: '',
      wrong: 'This is not an address such as http://jellyfin.local:8096.',
      pattern: /^(https?:\/\/)?[^\s/@]+(\/\S*)?$/i,
    },
    fields: [
      {
        name: 'apiKey',
        label: 'API key',
        hint: 'Jellyfin makes one under Dashboard, API keys. It is sealed here and never shown again.',
        secret: true,
      },
    ],
    canBeSeenByViewers: true,
    blank: { apiKey: 'none' },
  },
  {
    kind: 'emby',
    text: 'Emby',
    about: 'Who watches what, and the way to end it.',
    address: {
      hint: 'As you open it in the browser.',
      placeholder: 'http://emby.local:8096',
      first: '',
      wrong: 'This is not an address such as http://emby.local:8096.',
      pattern: /^(https?:\/\/)?[^\s/@]+(\/\S*)?$/i,
    },
    fields: [
      {
        name: 'apiKey',
        label: 'API key',
        hint: 'Emby makes one under Settings, Advanced, API Keys. It is sealed here and never shown again.',
        secret: true,
      },
    ],
    canBeSeenByViewers: true,
    blank: { apiKey: 'none' },
  },
  {
    kind: 'plex',
    text: 'Plex',
    about: 'Who watches what, and the way to end it.',
    address: {
      hint: 'As you open it in the browser on your network.',
      placeholder: 'http://plex.local:32400',
      first: '',
      wrong: 'This is not an address such as http://plex.local:32400.',
      pattern: /^(https?:\/\/)?[^\s/@]+(\/\S*)?$/i,
    },
    fields: [
      {
        name: 'token',
        label: 'Token of the owner',
        hint: 'In Plex open any film, choose Get Info, then View XML: it ends the address as X-Plex-Token. It is sealed here and never shown again.',
        secret: true,
      },
    ],
    canBeSeenByViewers: true,
    blank: { token: 'none' },
  },
  {
    kind: 'docker',
    text: 'Docker',
    about: 'Containers, their logs, and starting and stopping them.',
    address: {
      hint: 'This machine’s own engine is at unix:///var/run/docker.sock. Another one is at tcp://host:2376.',
      placeholder: 'tcp://docker-1.local:2376',
      first: 'unix:///var/run/docker.sock',
      wrong: 'Write unix:///var/run/docker.sock for this machine, or tcp://host:2376 for another one.',
      pattern: /^(unix:\/\/\/\S+|tcp:\/\/[^\s/@]+)$/i,
    },
    fields: [
      {
        name: 'ca',
        label: 'Authority (ca.pem)',
        hint: 'Who signed the engine’s certificate.',
        rows: 3,
        optional: true,
      },
      { name: 'cert', label: 'Our certificate (cert.pem)', rows: 3, optional: true },
      {
        name: 'key',
        label: 'Its key (key.pem)',
        hint: 'It is sealed here and never shown again.',
        rows: 3,
        optional: true,
        secret: true,
      },
    ],
    isNeeded: (url) => !url.trim().startsWith('unix:'),
    canBeSeenByViewers: false,
    blank: {},
  },
]

export const formOf = (kind: string | null | undefined): SourceForm | undefined =>
  sourceForms.find((form) => form.kind === kind)

export const needsCredentials = (form: SourceForm): boolean => form.fields.some(({ optional }) => !optional)

export interface FormValues {
  name: string
  url: string
  credentials: Record<string, string>
  fingerprint: string | null
  visibleToViewers: boolean
}

/** What is wrong with a field, by its id. `isKept` = the box has credentials already, so that none have to be given. */
export const wrongIn = (form: SourceForm, values: FormValues, isKept: boolean): Record<string, string> => {
  const wrong: Record<string, string> = {}
  if (!values.name.trim()) wrong['name'] = 'Give it a name, as you speak of it.'
  if (!form.address.pattern.test(values.url.trim())) wrong['url'] = form.address.wrong
  for (const { name, label, optional } of form.fields) {
    if (!optional && !isKept && !values.credentials[name]?.trim()) wrong[name] = `${label} is missing.`
  }
  return wrong
}

/** Credentials that were filled in; those that do not count for this address are left out. */
export const givenCredentials = (form: SourceForm, { url, credentials }: FormValues): Record<string, string> =>
  form.isNeeded && !form.isNeeded(url)
    ? {}
    : Object.fromEntries(Object.entries(credentials).filter(([, value]) => value.trim() !== ''))
