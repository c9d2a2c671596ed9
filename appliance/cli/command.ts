import type { Config } from '../config.ts'

/** What every command of the family ends with. */
export const exitCodes = { done: 0, failed: 1, notRunning: 3, usage: 64, configuration: 78 } as const

export interface Terminal {
  out(line: string): void
  err(line: string): void
}

export interface Context extends Terminal {
  config: Config
  /** Answers for programs: one line of JSON. */
  json: boolean
  /** The answer, in one of the two forms. */
  tell(value: object, lines: readonly string[]): void
}

export interface Command {
  /** Names of the arguments, all needed. */
  takes: readonly string[]
  summary: string
  /** What one should know before using it. */
  detail: string
  /** Answers the exit code. Throws an Error whose message is a sentence for the person. */
  run(context: Context, args: readonly string[]): Promise<number>
}
