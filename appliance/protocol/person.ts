import { z } from 'zod'
import { Id, Time } from './list.ts'

export const roles = ['admin', 'staff', 'support', 'member', 'viewer'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

export const SourceGrant = z.enum(['view-sessions', 'terminate', 'view-users', 'view-analytics', 'manage'])
export type SourceGrant = z.infer<typeof SourceGrant>
export const DeviceGrant = z.enum(['view', 'operate', 'manage'])
export type DeviceGrant = z.infer<typeof DeviceGrant>
export const BoxGrant = z.enum(['view-audit', 'manage-people', 'manage-settings', 'acknowledge'])
export type BoxGrant = z.infer<typeof BoxGrant>

/** What a staff person may do beyond looking: per source id, per device group id, and on the whole box. */
export const Grants = z.strictObject({
  box: z.array(BoxGrant).max(20).default([]),
  sources: z.record(Id, z.array(SourceGrant).max(20)).default({}),
  deviceGroups: z.record(Id, z.array(DeviceGrant).max(20)).default({}),
})
export type Grants = z.infer<typeof Grants>

export const Username = z
  .string()
  .trim()
  .min(2, 'A name has at least 2 characters.')
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@+-]*$/u, 'A name has letters, digits, spaces and . _ @ + - only.')
export const Password = z.string().min(8, 'A password has at least 8 characters.').max(256)

export const Person = z.object({
  id: Id,
  username: z.string(),
  email: z.string().nullable(),
  role: Role,
  grants: Grants,
  mustChangePassword: z.boolean(),
  disabled: z.boolean(),
  secondFactor: z.object({
    totp: z.boolean(),
    passkeys: z.number().int(),
    required: z.boolean(),
    /** Until then an admin may go without; null when one is set up or none is needed. */
    graceEndsAt: Time.nullable(),
  }),
  createdAt: Time,
  lastSignInAt: Time.nullable(),
})
export type Person = z.infer<typeof Person>

export const ClaimBody = z.strictObject({
  code: z.string().min(1).max(64),
  username: Username,
  password: Password.min(12, 'An admin’s password has at least 12 characters.'),
})
export const LoginBody = z.strictObject({
  username: z.string().min(1).max(254),
  password: z.string().min(1).max(256),
  totp: z.string().max(64).optional(),
  cookie: z.boolean().optional(),
})
export const SignedIn = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  expiresInMs: z.number().int(),
  person: Person,
})
export type SignedIn = z.infer<typeof SignedIn>

export const SignIn = z.object({
  id: Id,
  createdAt: Time,
  lastUsedAt: Time,
  expiresAt: Time,
  address: z.string(),
  agent: z.string(),
  method: z.enum(['password', 'passkey', 'claim', 'media', 'link']),
  current: z.boolean(),
})
export type SignIn = z.infer<typeof SignIn>

export const NewPerson = z.strictObject({
  username: Username,
  password: Password,
  role: Role.exclude(['viewer']),
  email: z.email().max(254).optional(),
})
export const PersonPatch = z.strictObject({
  username: Username.optional(),
  email: z.email().max(254).nullable().optional(),
  disabled: z.boolean().optional(),
  password: Password.optional(),
})

export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  prefix: z.string(),
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>
