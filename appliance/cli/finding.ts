import type { Config } from '../config.ts'

/** What a check found, in sentences; `advice` says what to do. */
export interface Finding {
  state: 'fine' | 'attention' | 'trouble'
  says: string
  advice?: string
}

export type Check = (config: Config) => Promise<Finding> | Finding

export const fine = (says: string): Finding => ({ state: 'fine', says })
export const attention = (says: string, advice: string): Finding => ({ state: 'attention', says, advice })
export const trouble = (says: string, advice: string): Finding => ({ state: 'trouble', says, advice })
