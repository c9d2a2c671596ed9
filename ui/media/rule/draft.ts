import type { TranscodeRule } from '#protocol/transcode-rule.ts'
import { listed } from '../../lib/format.ts'

/** As the fields hold it: seconds and names are texts until they are saved. */
export interface Draft {
  enabled: boolean
  grace: string
  cooldown: string
  message: string
  exempt: string
}

const limits = { grace: [0, 600], cooldown: [10, 86_400] } as const

export const draftOf = (rule: TranscodeRule): Draft => ({
  enabled: rule.enabled,
  grace: String(rule.graceMs / 1000),
  cooldown: String(rule.cooldownMs / 1000),
  message: rule.message,
  exempt: rule.exempt.join(', '),
})

export const namesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,\n]/)
      .map((name) => name.trim())
      .filter(Boolean),
  ),
]

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Only what differs, in the shape of the API. */
export const patchOf = (stored: TranscodeRule, draft: Draft): Partial<TranscodeRule> => {
  const next: Partial<TranscodeRule> = {
    enabled: draft.enabled,
    graceMs: Math.round(Number(draft.grace) * 1000),
    cooldownMs: Math.round(Number(draft.cooldown) * 1000),
    message: draft.message.trim(),
    exempt: namesIn(draft.exempt),
  }
  return Object.fromEntries(
    Object.entries(next).filter(([name, value]) => !isSame(value, stored[name as keyof TranscodeRule])),
  )
}

/** A sentence for each field that cannot be saved as it is. */
export const problemsOf = (draft: Draft): Partial<Record<keyof Draft, string>> =>
  Object.fromEntries(
    (['grace', 'cooldown'] as const).flatMap((name) => {
      const [least, most] = limits[name]
      const value = Number(draft[name])
      const fits = /^\d+(\.\d+)?$/.test(draft[name].trim()) && value >= least && value <= most
      return fits ? [] : [[name, `Seconds, from ${least} to ${most.toLocaleString('en')}.`]]
    }),
  )

const names: Record<keyof Omit<TranscodeRule, 'sourceId'>, string> = {
  enabled: 'the switch',
  graceMs: 'the grace',
  cooldownMs: 'the rest after a try',
  message: 'the message',
  exempt: 'who is exempt',
}

/** "the grace and the message". */
export const changesOf = (patch: Partial<TranscodeRule>): string =>
  listed(Object.keys(patch).map((name) => names[name as keyof typeof names]))
