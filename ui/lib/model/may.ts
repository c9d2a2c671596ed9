import type { BoxGrant, Person, SourceGrant } from '#protocol/person.ts'

/**
 * What the pages offer to a person. The box decides anew on every call; this only keeps entries and buttons away
 * from people who would be refused.
 */
export const mayOnBox = (person: Person | null, grant: BoxGrant): boolean =>
  person?.role === 'admin' || (person?.role === 'staff' && person.grants.box.includes(grant))

export const mayOnSource = (person: Person | null, grant: SourceGrant, sourceId: string): boolean => {
  if (person?.role === 'admin') return true
  if (person?.role === 'support') return grant.startsWith('view-')
  if (person?.role === 'viewer') return grant === 'view-sessions'
  return person?.role === 'staff' && (person.grants.sources[sourceId] ?? []).includes(grant)
}

const anySource = (person: Person, grants: readonly SourceGrant[]) =>
  Object.values(person.grants.sources).some((given) => given.some((grant) => grants.includes(grant)))

export type Place =
  | 'now'
  | 'sessions'
  | 'containers'
  | 'analytics'
  | 'sources'
  | 'people'
  | 'audit'
  | 'settings'
  | 'system'

/** Whether a page is of any use to the person. */
export const maySee = (person: Person | null, place: Place): boolean => {
  if (!person) return false
  if (person.role === 'admin' || place === 'now') return true
  switch (place) {
    case 'sessions':
      return person.role !== 'member'
    case 'containers':
      return person.role !== 'viewer' && person.role !== 'support'
    case 'analytics':
      return person.role === 'support' || (person.role === 'staff' && anySource(person, ['view-analytics']))
    case 'sources':
      return person.role === 'staff' && anySource(person, ['manage', 'view-sessions'])
    case 'people':
      return mayOnBox(person, 'manage-people')
    case 'audit':
      return mayOnBox(person, 'view-audit')
    case 'settings':
      return mayOnBox(person, 'manage-settings')
    case 'system':
      return person.role === 'staff'
  }
}
