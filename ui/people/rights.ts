import type { Person } from '#protocol/person.ts'

export interface Rights {
  /** Name, e-mail, one-time password, on and off. */
  change: boolean
  /** Roles, grants, sign-ins, second factor, deleting. */
  rule: boolean
  /** Why not more, when there is something to say. */
  why: string | null
}

/** What `me` may do with an account. The box decides anew on every call. */
export const rightsOver = (me: Person | null, person: Person): Rights => {
  const self = me?.id === person.id
  if (me?.role === 'admin')
    return {
      change: true,
      rule: !self,
      why: self ? 'This is you. Your role stays until another admin changes it.' : null,
    }
  const change = person.role === 'support' && !self
  return {
    change,
    rule: false,
    why: change
      ? 'You may change this account. Deleting it, and its role, are an admin’s.'
      : self
        ? 'This is you. Your role and grants are an admin’s.'
        : 'Staff may change support people only. An admin can do more.',
  }
}
