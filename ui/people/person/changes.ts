import type { Grants, Person, Role } from '#protocol/person.ts'
import { roleWord } from '../words.ts'

export interface Draft {
  username: string
  email: string
  role: Role
  grants: Grants
}
export interface Changes {
  account: { username?: string; email?: string | null } | null
  role: Role | null
  grants: Grants | null
  /** Each change in a few words. */
  said: string[]
}

export const draftOf = ({ username, email, role, grants }: Person): Draft => ({
  username,
  email: email ?? '',
  role,
  grants,
})

const inOrder = (grants: Grants): string =>
  JSON.stringify([
    grants.box.toSorted(),
    Object.entries(grants.sources)
      .filter(([, held]) => held.length > 0)
      .map(([id, held]) => [id, held.toSorted()])
      .toSorted(),
    Object.entries(grants.deviceGroups).toSorted(),
  ])

/** What the draft would change; empty where it says the same in another order. */
export const changesOf = (person: Person, draft: Draft): Changes => {
  const username = draft.username.trim()
  const email = draft.email.trim() || null
  const account = {
    ...(username !== person.username ? { username } : {}),
    ...(email !== person.email ? { email } : {}),
  }
  const role = draft.role === person.role ? null : draft.role
  const before = role === 'staff' ? { box: [], sources: {}, deviceGroups: {} } : person.grants
  const grants = draft.role === 'staff' && inOrder(draft.grants) !== inOrder(before) ? draft.grants : null
  const said = [
    ...('username' in account ? ['the name'] : []),
    ...('email' in account ? ['the e-mail address'] : []),
    ...(role ? [`the role, ${roleWord[role].toLowerCase()} instead of ${roleWord[person.role].toLowerCase()}`] : []),
    ...(grants ? ['the grants'] : []),
  ]
  return { account: Object.keys(account).length > 0 ? account : null, role, grants, said }
}
