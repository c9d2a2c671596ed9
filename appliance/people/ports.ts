/** Where secrets rest sealed; the vault of the store fits. */
export interface Secrets {
  put(context: string, plain: string): string
  get(id: string): string
  replace(id: string, plain: string): void
  remove(id: string): void
}

/** Who this box is to a browser that makes passkeys: one name, and the pages that may use it. */
export interface RelyingParty {
  id: string
  origins: string[]
  name: string
}
