import { z } from 'zod'

const isTimeZone = (name: string) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export const Settings = z.strictObject({
  siteName: z.string().trim().min(1).max(60),
  timeZone: z.string().refine(isTimeZone, 'Not a time zone of the IANA list, such as Europe/Vienna.'),
  /** Viewers see other people's names as a first letter and asterisks. */
  maskNames: z.boolean(),
  /** Look for media servers on the local network and list them as suggestions. */
  discovery: z.boolean(),
  auditKeepDays: z.number().int().min(30).max(3650),
  vitalsKeepDays: z.number().int().min(1).max(730),
  backupsToKeep: z.number().int().min(1).max(60),
})
export type Settings = z.infer<typeof Settings>
export const SettingsPatch = Settings.partial()
