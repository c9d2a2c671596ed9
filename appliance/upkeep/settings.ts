import { Settings } from '#protocol/settings.ts'
import type { Log } from '../lib/log.ts'
import { createSettingsRows, type Db } from './store.ts'

export type SettingsPatch = { [K in keyof Settings]?: Settings[K] | undefined }

export interface SettingsStore {
  get(): Settings
  /** Saves what the patch names; answers what really changed, before and after. */
  change(patch: SettingsPatch): { before: SettingsPatch; after: SettingsPatch }
  /** Called after every change that was one; answers the way to stop listening. */
  onChange(listen: (now: Settings, before: Settings) => void): () => void
}

const names = Object.keys(Settings.shape) as (keyof Settings)[]

export const defaultSettings = (): Settings => ({
  siteName: 'Belfry',
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  maskNames: true,
  discovery: true,
  auditKeepDays: 365,
  vitalsKeepDays: 90,
  backupsToKeep: 7,
})

const parseValue = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the database holds over the defaults; a value that is not valid any more counts as not there. */
const load = (rows: readonly { name: string; value: string }[], log: Log): Settings => {
  const stored = new Map(rows.map(({ name, value }) => [name, parseValue(value)]))
  const settings: Record<string, unknown> = defaultSettings()
  for (const name of names) {
    if (!stored.has(name)) continue
    const parsed = Settings.shape[name].safeParse(stored.get(name))
    if (parsed.success) settings[name] = parsed.data
    else log.warn({ setting: name }, 'this setting is not valid: its default counts')
  }
  return Settings.parse(settings)
}

/** What the owner set, kept in the database and held in memory. */
export const createSettings = (db: Db, log: Log): SettingsStore => {
  const rows = createSettingsRows(db)
  const listeners = new Set<(now: Settings, before: Settings) => void>()
  let current = load(rows.all(), log)
  const pick = (from: Settings, which: readonly (keyof Settings)[]): SettingsPatch =>
    Object.fromEntries(which.map((name) => [name, from[name]]))

  return {
    get: () => current,
    change: (patch) => {
      const before = current
      const changed = names.filter((name) => patch[name] !== undefined && patch[name] !== before[name])
      const after = Settings.parse({ ...before, ...Object.fromEntries(changed.map((name) => [name, patch[name]])) })
      rows.save(changed.map((name) => [name, JSON.stringify(after[name])] as const))
      current = after
      if (changed.length > 0) for (const listen of [...listeners]) listen(after, before)
      return { before: pick(before, changed), after: pick(after, changed) }
    },
    onChange: (listen) => {
      listeners.add(listen)
      return () => listeners.delete(listen)
    },
  }
}
