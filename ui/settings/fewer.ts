import type { Settings } from '#protocol/settings.ts'
import type { App } from '../lib/app.ts'
import { plural } from '../lib/format.ts'
import type { Effect } from '../lib/model/asks.ts'
import { createSettings } from './model.ts'

const lossesOf = (stored: Settings, patch: Partial<Settings>): Effect[] => {
  const less = (name: 'auditKeepDays' | 'vitalsKeepDays' | 'backupsToKeep') => {
    const next = patch[name]
    return next !== undefined && next < stored[name] ? next : null
  }
  const [audit, vitals, backups] = [less('auditKeepDays'), less('vitalsKeepDays'), less('backupsToKeep')]
  return [
    ...(audit === null
      ? []
      : [
          {
            icon: 'audit',
            what: `Audit entries older than ${audit} days go,`,
            rest: `tonight. Until now ${stored.auditKeepDays} days are kept.`,
          },
        ]),
    ...(vitals === null
      ? []
      : [{ icon: 'system', what: `Measurements older than ${vitals} ${plural(vitals, 'day')} go,`, rest: 'tonight.' }]),
    ...(backups === null
      ? []
      : [
          {
            icon: 'files',
            what: `${backups} ${plural(backups, 'backup')} ${plural(backups, 'stays', 'stay')},`,
            rest: `instead of ${stored.backupsToKeep}. The oldest go.`,
          },
        ]),
  ]
}

/** Saves at once, unless it would make the box forget something: that is asked first. */
export const askFirst = (app: App, patch: Partial<Settings>, save: () => Promise<void>): void => {
  const stored = app.model(createSettings).stored.peek()
  const losses = stored ? lossesOf(stored, patch) : []
  if (losses.length === 0) {
    save().catch(() => undefined)
    return
  }
  app.asks.ask({
    question: 'Keep less from now on?',
    effects: [
      ...losses,
      { icon: 'check', what: 'Nothing else is touched.', rest: 'Export or download first what you still want.' },
    ],
    ...{ keep: 'Keep as it is', act: 'Keep less', acting: 'Saving the settings', danger: true },
    run: save,
  })
}
