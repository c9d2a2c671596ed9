import type { BoxGrant, DeviceGrant, Person, Role, SourceGrant } from './person.ts'

/** What somebody wants to do. Which grant or ownership answers for it is decided in one place: `can`. */
export type Action =
  | SourceGrant
  | DeviceGrant
  | BoxGrant
  | 'view-containers'
  | 'operate-container'
  | 'view-box'
  | 'manage-box'

/** The thing an action is asked about. `box` is the appliance itself. */
export type Thing =
  | { kind: 'box' }
  | { kind: 'source'; id: string; visibleToViewers?: boolean }
  | { kind: 'person'; id: string; role: Role }
  | { kind: 'container'; id: string; sourceId: string; ownerId: string | null }
  | { kind: 'machine'; id: string; sourceId: string; ownerId: string | null }
  | { kind: 'device'; id: string; groups: string[] }

export type Can = (person: Person, action: Action, thing: Thing) => boolean

/** Who stands behind a request. `scope` narrows a token to the one thing its bearer must do first. */
export interface Caller {
  person: Person
  signInId: string | null
  scope: 'full' | 'password-change' | 'second-factor-setup'
  via: 'access-token' | 'api-key' | 'kiosk'
  address: string
  agent: string
}
