export interface Account {
  /** 1 is the owner, whatever the id at plex.tv; others keep the one of plex.tv. */
  id: number
  name: string
  tokens: Set<string>
}

export interface Accounts {
  list(): Account[]
  named(name: string): Account | null
  /** Makes an account, or gives a known one another token. */
  admit(token: string | null, account: { id: number; name: string }): Account
  revoke(token: string): void
  byToken(token: string | null): Account | null
}

export const OWNER_ID = 1

export function createAccounts(owner: string, token: string): Accounts {
  const accounts: Account[] = [{ id: OWNER_ID, name: owner, tokens: new Set([token]) }]
  return {
    list: () => [...accounts],
    named: (name) => accounts.find((account) => account.name === name) ?? null,
    admit(token, { id, name }) {
      const known = accounts.find((account) => account.id === id || account.name === name)
      const account = known ?? { id, name, tokens: new Set<string>() }
      if (known === undefined) accounts.push(account)
      if (token !== null) account.tokens.add(token)
      return account
    },
    revoke(token) {
      for (const { tokens } of accounts) tokens.delete(token)
    },
    byToken: (token) => (token === null ? null : (accounts.find(({ tokens }) => tokens.has(token)) ?? null)),
  }
}
