import type { Activity } from './activity.ts'
import type { Claims } from './auth.ts'
import type { JellyfinEvents } from './events.ts'
import { Refusal } from './http.ts'
import { idOf } from './ids.ts'
import { defaultPolicy, type Policy } from './policy.ts'

export interface User {
  id: string
  name: string
  password: string
  policy: Policy
  lastLoginAt: number | null
  lastActivityAt: number | null
  played: Map<string, { at: number; count: number }>
}

/** A sign-in of a user on a device; its token is what requests carry. */
export interface Device {
  token: string
  userId: string
  deviceId: string
  deviceName: string
  appName: string
  appVersion: string
  lastActivityAt: number
}

export interface NewUser {
  name: string
  password?: string
  admin?: boolean
  policy?: Partial<Policy>
}

export interface Users {
  add(user: NewUser): User
  remove(id: string): void
  list(): User[]
  find(id: string): User | null
  named(name: string): User | null
  devices(): Device[]
  deviceOfToken(token: string): Device | null
  /** Answers the user, or refuses with 400, 401 or 403 as the original does. */
  authenticate(name: string | null, password: string | null, address: string): User
  createDevice(user: User, claims: Omit<Claims, 'token'>): Device
  forget(device: Device): void
}

export interface UsersDeps {
  now: () => number
  token: () => string
  seed: number
  events: JellyfinEvents
  activity: Activity
}

export function createUsers(deps: UsersDeps): Users {
  const users: User[] = []
  let devices: Device[] = []
  const named = (name: string) => users.find((user) => user.name.toLowerCase() === name.toLowerCase()) ?? null

  return {
    named,
    list: () => [...users].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: (id) => users.find((user) => user.id === id) ?? null,
    devices: () => [...devices],
    deviceOfToken: (token) => devices.find((device) => device.token === token) ?? null,
    forget: (gone) => {
      devices = devices.filter((device) => device !== gone)
    },
    add(fresh) {
      const user = userOf(fresh, deps.seed)
      users.push(user)
      return user
    },
    remove(id) {
      const index = users.findIndex((user) => user.id === id)
      if (index !== -1) users.splice(index, 1)
    },
    authenticate(name, password, address) {
      if (name === null || name.trim() === '') throw new Refusal(400)
      const user = named(name)
      const right = user !== null && user.password === (password ?? '')
      if (user?.policy.IsDisabled) throw new Refusal(403)
      if (user !== null && right) {
        user.policy.InvalidLoginAttemptCount = 0
        user.lastLoginAt = deps.now()
        return user
      }
      if (user !== null) countFailure(user)
      refuseSignIn(deps, name, address)
    },
    createDevice(user, claims) {
      const { client, device, deviceId, version } = claims
      if (!client || !device || !deviceId || !version) throw new Refusal(400)
      const made = {
        token: deps.token(),
        userId: user.id,
        deviceId,
        deviceName: device,
        appName: client,
        appVersion: version,
      }
      const record = { ...made, lastActivityAt: deps.now() }
      devices.push(record)
      return record
    },
  }
}

function refuseSignIn({ activity, events }: UsersDeps, name: string, address: string): never {
  activity.add({
    name: `Failed login attempt from ${name}`,
    type: 'AuthenticationFailed',
    overview: `IP address: ${address}`,
    severity: 'Error',
  })
  events.emit('sign-in-failed', null, { name })
  throw new Refusal(401)
}

function userOf(fresh: NewUser, seed: number): User {
  return {
    id: idOf(`user ${seed} ${fresh.name}`),
    name: fresh.name,
    password: fresh.password ?? '',
    policy: { ...defaultPolicy(), IsHidden: false, IsAdministrator: fresh.admin ?? false, ...fresh.policy },
    lastLoginAt: null,
    lastActivityAt: null,
    played: new Map(),
  }
}

function countFailure(user: User): void {
  const { policy } = user
  policy.InvalidLoginAttemptCount += 1
  const limit = policy.LoginAttemptsBeforeLockout
  if (limit > 0 && policy.InvalidLoginAttemptCount >= limit) policy.IsDisabled = true
}
