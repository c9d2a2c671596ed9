import type { BoxGrant, Grants, Person, Role, SourceGrant } from '#protocol/person.ts'
import type { Source, SourceKind } from '#protocol/source.ts'
import type { MarkState } from '../components/mark.ts'
import { capital, inWords, listed, plural, span } from '../lib/format.ts'
import { isEngine } from '../sources/kinds.ts'

export const roleWord: Record<Role, string> = {
  admin: 'Admin',
  staff: 'Staff',
  support: 'Support',
  member: 'Member',
  viewer: 'Viewer',
}

export const roleSays: Record<Role, string> = {
  admin: 'Does everything, everywhere. Needs a second factor within a day.',
  staff: 'Does what is granted below, source by source, and nothing else.',
  support: 'Sees sessions, viewers and analytics of every source. Changes nothing.',
  member: 'Has machines and containers of their own, and sees only those.',
  viewer: 'Came in with a media account. Sees what plays on servers made visible, other names masked.',
}

export const roleMayNot: Record<Role, string> = {
  admin: 'Cannot delete or demote themselves, and the last one cannot go.',
  staff: 'May not delete people, nor change roles and grants.',
  support: 'May not end a session, nor see containers, people or settings.',
  member: 'May not see what others run or watch.',
  viewer: 'May not sign in with a password, nor become anything else.',
}

export const boxGrants: readonly BoxGrant[] = ['view-audit', 'manage-people', 'manage-settings', 'acknowledge']
export const boxGrantWord: Record<BoxGrant, string> = {
  'view-audit': 'read the audit log',
  'manage-people': 'add and change support people',
  'manage-settings': 'change settings and sources',
  acknowledge: 'acknowledge incidents',
}

const onServer: readonly SourceGrant[] = ['view-sessions', 'terminate', 'view-users', 'view-analytics', 'manage']
const onEngine: readonly SourceGrant[] = ['view-sessions', 'manage']
export const grantsOf = (kind: SourceKind): readonly SourceGrant[] => (isEngine(kind) ? onEngine : onServer)

const serverWord: Record<SourceGrant, string> = {
  'view-sessions': 'see what plays',
  terminate: 'end sessions',
  'view-users': 'see its viewers',
  'view-analytics': 'see its analytics',
  manage: 'change the source itself',
}
const engineWord: Partial<Record<SourceGrant, string>> = {
  'view-sessions': 'see its containers',
  manage: 'start, stop and change them',
}
/** The end of the sentence "On Jelly, maya may ...". */
export const sourceGrantWord = (kind: SourceKind, grant: SourceGrant): string =>
  (isEngine(kind) ? engineWord[grant] : undefined) ?? serverWord[grant]

/** "2 sources and the audit log": what staff hold, short. */
export const grantsShort = (grants: Grants): string => {
  const sources = Object.values(grants.sources).filter((given) => given.length > 0).length
  const parts = [
    ...(sources > 0 ? [`${inWords(sources)} ${plural(sources, 'source')}`] : []),
    ...(grants.box.includes('view-audit') ? ['the audit log'] : []),
    ...(grants.box.includes('manage-people') ? ['people'] : []),
    ...(grants.box.includes('manage-settings') ? ['settings'] : []),
    ...(grants.box.includes('acknowledge') ? ['incidents'] : []),
  ]
  return parts.length > 0 ? listed(parts) : 'no grants yet'
}

/** What somebody may do, as whole sentences. */
export const maySentences = (name: string, role: Role, grants: Grants, sources: readonly Source[]): string[] => {
  if (role !== 'staff') return [roleSays[role], roleMayNot[role]]
  const onSources = sources.flatMap(({ id, kind, name: source }) => {
    const held = grantsOf(kind).filter((grant) => (grants.sources[id] ?? []).includes(grant))
    return held.length > 0
      ? [`On ${source}, ${name} may ${listed(held.map((grant) => sourceGrantWord(kind, grant)))}.`]
      : []
  })
  const box = boxGrants.filter((grant) => grants.box.includes(grant)).map((grant) => boxGrantWord[grant])
  const onBox = box.length > 0 ? [`On this box, ${name} may ${listed(box)}.`] : []
  return [...onSources, ...onBox, `${capital(name)} may not delete people, nor change roles and grants.`]
}

export interface Said {
  state: MarkState
  word: string
}

const factors = ({ totp, passkeys }: Person['secondFactor']) =>
  [
    ...(totp ? ['app'] : []),
    ...(passkeys > 0 ? [`${passkeys === 1 ? 'a passkey' : `${inWords(passkeys)} passkeys`}`] : []),
  ].join(' and ')

const hourMs = 3_600_000
/** "a day", "7 h", "12 min": how long somebody still has. */
export const timeLeft = (ms: number): string =>
  ms > 23.5 * hourMs ? 'a day' : span(ms >= hourMs ? Math.floor(ms / hourMs) * hourMs : ms)

/** How the second factor stands. */
export const factorOf = ({ role, secondFactor }: Person, now: number): Said => {
  const has = factors(secondFactor)
  if (has) return { state: 'fine', word: has.charAt(0).toUpperCase() + has.slice(1) }
  if (role === 'viewer') return { state: 'off', word: 'Media account' }
  if (!secondFactor.required) return { state: 'off', word: 'None' }
  const left = secondFactor.graceEndsAt ? Date.parse(secondFactor.graceEndsAt) - now : 0
  return left > 0
    ? { state: 'attention', word: `None, due in ${timeLeft(left)}` }
    : { state: 'attention', word: 'None, asked at sign-in' }
}

/** Whether the account can be used. */
export const standingOf = ({ disabled, mustChangePassword, lastSignInAt }: Person): Said => {
  if (disabled) return { state: 'off', word: 'Switched off' }
  if (mustChangePassword) return { state: 'unknown', word: lastSignInAt ? 'New password due' : 'Not here yet' }
  return { state: 'fine', word: 'Active' }
}

/** In the order in which they are offered. */
export const roles: readonly Role[] = ['admin', 'staff', 'support', 'member', 'viewer']
