import { describe, expect, it } from 'vitest'
import { type Acting, can } from '../../appliance/people/can.ts'
import type { Action, Thing } from '../../appliance/protocol/access.ts'
import {
  BoxGrant,
  DeviceGrant,
  type Grants,
  type Person,
  type Role,
  roles,
  SourceGrant,
} from '../../appliance/protocol/person.ts'

const none: Grants = { box: [], sources: {}, deviceGroups: {} }
const person = (role: Role, grants: Grants = none): Person => ({
  ...{ id: 'me', username: 'me', email: null, role, grants, mustChangePassword: false, disabled: false },
  secondFactor: { totp: false, passkeys: 0, required: false, graceEndsAt: null },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', lastSignInAt: null },
})

const actions: Action[] = [
  ...new Set<Action>([...SourceGrant.options, ...DeviceGrant.options, ...BoxGrant.options]),
  ...(['view-containers', 'operate-container', 'view-box', 'manage-box'] as const),
]

const things = {
  box: { kind: 'box' },
  source: { kind: 'source', id: 's1' },
  'other source': { kind: 'source', id: 's2' },
  'visible source': { kind: 'source', id: 's3', visibleToViewers: true },
  'support person': { kind: 'person', id: 'p1', role: 'support' },
  'member person': { kind: 'person', id: 'p2', role: 'member' },
  'admin person': { kind: 'person', id: 'p3', role: 'admin' },
  'own container': { kind: 'container', id: 'c1', sourceId: 's1', ownerId: 'me' },
  'other container': { kind: 'container', id: 'c2', sourceId: 's1', ownerId: 'you' },
  'far container': { kind: 'container', id: 'c3', sourceId: 's2', ownerId: null },
  'own machine': { kind: 'machine', id: 'm1', sourceId: 's1', ownerId: 'me' },
  'other machine': { kind: 'machine', id: 'm2', sourceId: 's1', ownerId: null },
  device: { kind: 'device', id: 'd1', groups: ['g1', 'g9'] },
  'other device': { kind: 'device', id: 'd2', groups: ['g2'] },
  'lone device': { kind: 'device', id: 'd3', groups: [] },
} as const satisfies Record<string, Thing>
type ThingName = keyof typeof things
const names = Object.keys(things) as ThingName[]

/** Everything a person may do, as `action thing`: compared whole, so that a line too many fails as well. */
const allowed = (who: Acting): string[] =>
  names.flatMap((name) =>
    actions
      .filter((action) => can(who, action, JSON.parse(JSON.stringify(things[name])) as Thing))
      .map((action) => `${action} ${name}`),
  )
const lines = (table: Partial<Record<ThingName, readonly Action[]>>): string[] =>
  names.flatMap((name) => actions.filter((one) => table[name]?.includes(one)).map((action) => `${action} ${name}`))

const box: Action[] = ['view-audit', 'manage-people', 'manage-settings', 'acknowledge', 'view-box', 'manage-box']
const held: Action[] = ['view-containers', 'operate-container']
const source: Action[] = [...SourceGrant.options, ...held]
const looking: Action[] = ['view-sessions', 'view-users', 'view-analytics']
const people: Action[] = ['manage-people']
const device: Action[] = ['view', 'operate', 'manage']

const everything = {
  box,
  ...{ source, 'other source': source, 'visible source': source },
  ...{ 'support person': people, 'member person': people, 'admin person': people },
  ...{
    'own container': held,
    'other container': held,
    'far container': held,
    'own machine': held,
    'other machine': held,
  },
  ...{ device, 'other device': device, 'lone device': device },
}

const onSource = (...grants: SourceGrant[]): Grants => ({ ...none, sources: { s1: grants } })
const onBox = (...grants: BoxGrant[]): Grants => ({ ...none, box: grants })
const onGroup = (...grants: DeviceGrant[]): Grants => ({ ...none, deviceGroups: { g1: grants } })
const on = (actions: Action[]) => ({
  'own container': actions,
  'other container': actions,
  'own machine': actions,
  'other machine': actions,
})
const view: Action[] = ['view-box']

const table: [string, Acting, Partial<Record<ThingName, readonly Action[]>>][] = [
  ['an admin may do everything', person('admin'), everything],
  [
    'support looks and changes nothing',
    person('support'),
    { box: view, source: looking, 'other source': looking, 'visible source': looking },
  ],
  ['a member has their own', person('member'), { 'own container': held, 'own machine': held }],
  ['a viewer sees what was made visible', person('viewer'), { 'visible source': ['view-sessions'] }],
  ['staff without grants sees the box', person('staff'), { box: view }],
  ...SourceGrant.options.map((grant): (typeof table)[number] => {
    const also: Action[] = grant === 'manage' ? held : ['view-containers']
    return [
      `staff with ${grant} on a source`,
      person('staff', onSource(grant)),
      { box: view, source: [grant, ...also], ...on(also) },
    ]
  }),
  ['staff with view-audit', person('staff', onBox('view-audit')), { box: ['view-box', 'view-audit'] }],
  ['staff with acknowledge', person('staff', onBox('acknowledge')), { box: ['view-box', 'acknowledge'] }],
  [
    'staff with manage-settings',
    person('staff', onBox('manage-settings')),
    { box: ['view-box', 'manage-settings', 'manage-box'] },
  ],
  [
    'staff with manage-people has support only',
    person('staff', onBox('manage-people')),
    { box: ['view-box', 'manage-people'], 'support person': people },
  ],
  ...DeviceGrant.options.map((grant): (typeof table)[number] => [
    `staff with ${grant} on a group`,
    person('staff', onGroup(grant)),
    { box: view, device: [grant] },
  ]),
]

describe('can', () => {
  it.each(table)('%s', (_name, who, expected) => {
    expect(allowed(who)).toEqual(lines(expected))
  })

  it.each(roles)('allows nothing to a %s who is switched off', (role) => {
    expect(allowed({ ...person(role, onBox('view-audit')), disabled: true })).toEqual([])
  })

  it.each(roles.filter((role) => role !== 'staff'))('gives a %s nothing for grants that are left over', (role) => {
    const grants: Grants = {
      box: [...BoxGrant.options],
      sources: { s1: [...SourceGrant.options] },
      deviceGroups: { g1: [...DeviceGrant.options] },
    }
    expect(allowed(person(role, grants))).toEqual(allowed(person(role)))
  })

  it('lets staff who manage people not manage themselves', () => {
    const who = person('staff', onBox('manage-people'))
    expect(can(who, 'manage-people', { kind: 'person', id: 'me', role: 'support' })).toBe(false)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('takes %s for an id like any other', (id) => {
    const who = person('staff', onSource('manage'))
    expect(can(who, 'manage', { kind: 'source', id })).toBe(false)
    expect(can(who, 'view', { kind: 'device', id: 'd', groups: [id] })).toBe(false)
  })

  it('does not take nobody’s machine for a member’s own', () => {
    const nobody = { ...person('member'), id: '' }
    expect(can(nobody, 'view-containers', { kind: 'machine', id: 'm', sourceId: 's', ownerId: null })).toBe(false)
  })

  it('leaves a read-only key what only looks', () => {
    const looks: Action[] = [
      'view-sessions',
      'view-users',
      'view-analytics',
      'view',
      'view-audit',
      'view-containers',
      'view-box',
    ]
    const all = allowed({ ...person('admin'), limits: { readOnly: true, grants: null } })
    expect(all).toEqual(
      allowed(person('admin')).filter((line) => looks.some((action) => line.startsWith(`${action} `))),
    )
    expect(all).toContain('view-audit box')
  })

  it('never gives a narrowed key more than its person, nor more than its grants', () => {
    const grants: Grants = { box: ['view-audit'], sources: { s1: ['view-sessions', 'terminate'] }, deviceGroups: {} }
    for (const role of roles) {
      const who = person(role, onSource('view-sessions', 'manage'))
      const both = allowed({ ...who, limits: { readOnly: false, grants } })
      const byPerson = new Set(allowed(who))
      const byGrants = new Set(allowed(person('staff', grants)))
      expect(both).toEqual([...byPerson].filter((line) => byGrants.has(line)))
    }
  })
})
