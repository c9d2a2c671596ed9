import type { Settings } from '#protocol/settings.ts'
import { timeIn } from './zones.ts'

/** As the fields hold it: figures are texts until they are saved. */
export type Draft = { [K in keyof Settings]: Settings[K] extends number ? string : Settings[K] }

export const draftOf = (settings: Settings): Draft => ({
  ...settings,
  auditKeepDays: String(settings.auditKeepDays),
  vitalsKeepDays: String(settings.vitalsKeepDays),
  backupsToKeep: String(settings.backupsToKeep),
})

export const figureLimits = {
  auditKeepDays: [30, 3650],
  vitalsKeepDays: [1, 730],
  backupsToKeep: [1, 60],
} as const
type Figure = keyof typeof figureLimits

const isFigure = (name: string): name is Figure => Object.hasOwn(figureLimits, name)

/** What is wrong with a figure, as a sentence; null when it is fine. */
export const figureProblem = (name: Figure, text: string): string | null => {
  const [least, most] = figureLimits[name]
  const value = Number(text)
  return /^\d+$/.test(text.trim()) && value >= least && value <= most
    ? null
    : `A whole number from ${least} to ${most}.`
}

export const names: Record<keyof Settings, string> = {
  siteName: 'the name',
  timeZone: 'the time zone',
  maskNames: 'masking',
  discovery: 'discovery',
  auditKeepDays: 'how long the audit log is kept',
  vitalsKeepDays: 'how long measurements are kept',
  backupsToKeep: 'how many backups are kept',
}

/** Only what differs, in the shape of the API. */
export const patchOf = (stored: Settings, draft: Draft): Partial<Settings> =>
  Object.fromEntries(
    Object.entries(draft)
      .map(
        ([name, value]) =>
          [name, isFigure(name) ? Number(value) : typeof value === 'string' ? value.trim() : value] as const,
      )
      .filter(([name, value]) => value !== stored[name as keyof Settings]),
  )

/** A sentence for each field that cannot be saved as it is. */
export const problemsOf = (draft: Draft): Partial<Record<keyof Settings, string>> => ({
  ...(draft.siteName.trim() === '' ? { siteName: 'The box needs a name.' } : {}),
  ...(timeIn(draft.timeZone, 0) ? {} : { timeZone: 'Not a time zone. Choose one of the list, such as Europe/Vienna.' }),
  ...Object.fromEntries(
    (Object.keys(figureLimits) as Figure[]).flatMap((name) => {
      const problem = figureProblem(name, draft[name])
      return problem ? [[name, problem]] : []
    }),
  ),
})
