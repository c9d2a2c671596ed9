import type { Action, Can, Thing } from '#protocol/access.ts'
import type { Grants, Person } from '#protocol/person.ts'

/** A person behind an API key: what the key leaves of their permissions. */
export type Acting = Person & { limits?: { readOnly: boolean; grants: Grants | null } }

const onSource = ['view-sessions', 'terminate', 'view-users', 'view-analytics', 'manage'] as const
const onContainer = ['view-containers', 'operate-container'] as const

/** Which actions exist on which kind of thing. Everything else is refused to everybody. */
export const actionsOn: { readonly [K in Thing['kind']]: readonly Action[] } = {
  box: ['view-audit', 'manage-people', 'manage-settings', 'acknowledge', 'view-box', 'manage-box'],
  source: [...onSource, ...onContainer],
  person: ['manage-people'],
  container: onContainer,
  machine: onContainer,
  device: ['view', 'operate', 'manage'],
}

const looking: ReadonlySet<Action> = new Set<Action>([
  'view-sessions',
  'view-users',
  'view-analytics',
  'view',
  'view-audit',
  'view-containers',
  'view-box',
])

const granted = <T extends string>(record: Record<string, T[]>, id: string): readonly T[] =>
  Object.hasOwn(record, id) ? (record[id] ?? []) : []

const bySourceGrant = (grants: Grants, action: Action, sourceId: string): boolean => {
  const held = granted(grants.sources, sourceId)
  if (action === 'view-containers') return held.length > 0
  if (action === 'operate-container') return held.includes('manage')
  return held.some((one) => one === action)
}

const byBoxGrant = (grants: Grants, action: Action): boolean => {
  if (action === 'view-box') return true
  if (action === 'manage-box') return grants.box.includes('manage-settings')
  return grants.box.some((one) => one === action)
}

const byGrants = (grants: Grants, self: string, action: Action, thing: Thing): boolean => {
  switch (thing.kind) {
    case 'box':
      return byBoxGrant(grants, action)
    case 'source':
      return bySourceGrant(grants, action, thing.id)
    case 'container':
    case 'machine':
      return bySourceGrant(grants, action, thing.sourceId)
    case 'person':
      return grants.box.includes('manage-people') && thing.role === 'support' && thing.id !== self
    case 'device':
      return thing.groups.some((group) => granted(grants.deviceGroups, group).some((one) => one === action))
  }
}

const bySupport = (action: Action, thing: Thing): boolean =>
  thing.kind === 'source'
    ? action === 'view-sessions' || action === 'view-users' || action === 'view-analytics'
    : thing.kind === 'box' && action === 'view-box'

const byRole = (person: Person, action: Action, thing: Thing): boolean => {
  switch (person.role) {
    case 'admin':
      return true
    case 'staff':
      return byGrants(person.grants, person.id, action, thing)
    case 'support':
      return bySupport(action, thing)
    case 'member':
      return (thing.kind === 'container' || thing.kind === 'machine') && thing.ownerId === person.id
    case 'viewer':
      return thing.kind === 'source' && action === 'view-sessions' && thing.visibleToViewers === true
  }
}

/** The one function that decides. What no line above allows is not allowed. */
export const can: Can = (person: Acting, action, thing) => {
  if (person.disabled || !actionsOn[thing.kind].includes(action) || !byRole(person, action, thing)) return false
  const { limits } = person
  if (!limits) return true
  if (limits.readOnly && !looking.has(action)) return false
  return limits.grants === null || byGrants(limits.grants, person.id, action, thing)
}
