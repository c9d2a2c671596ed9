import type { AuditEntry } from '#protocol/audit.ts'
import type { MarkState } from '../../components/mark.ts'
import { capital } from '../../lib/format.ts'

const deeds: Record<string, string> = {
  'api-key.create': 'Made a key for a program',
  'api-key.delete': 'Deleted a key for a program',
  'audit-log.export': 'Exported the audit log',
  'backup.create': 'Made a backup',
  'backup.delete': 'Deleted a backup',
  'backup.download': 'Downloaded a backup',
  'backup.restore': 'Went back to a backup',
  'box.claim': 'Claimed the box',
  'container.start': 'Started a container',
  'container.stop': 'Stopped a container',
  'container.restart': 'Restarted a container',
  'container.kill': 'Killed a container',
  'container.pause': 'Paused a container',
  'container.unpause': 'Resumed a container',
  'container.remove': 'Removed a container',
  'person.change': 'Changed an account',
  'person.create': 'Made an account',
  'person.delete': 'Deleted an account',
  'person.grants': 'Changed grants',
  'person.passkey.add': 'Added a passkey',
  'person.passkey.remove': 'Deleted a passkey',
  'person.passkey.rename': 'Renamed a passkey',
  'person.password': 'Changed a password',
  'person.recovery-codes': 'Made new recovery codes',
  'person.reset': 'Reset an account on the box',
  'person.role': 'Changed a role',
  'person.second-factor.begin': 'Began with a second factor',
  'person.second-factor.clear': 'Took away a second factor',
  'person.second-factor.remove': 'Switched a second factor off',
  'person.second-factor.set': 'Switched a second factor on',
  'person.sign-in': 'Signed in',
  'person.sign-ins.end': 'Ended sign-ins',
  'person.sign-out': 'Signed out',
  'person.token-reused': 'Used an old token again',
  'session.terminate': 'Ended a session',
  'settings.change': 'Changed settings',
  'source.change': 'Changed a source',
  'source.create': 'Added a source',
  'source.delete': 'Deleted a source',
  'source.test': 'Tested a source',
}

/** What was done, in words; an action that has none shows its own name. */
export const deedOf = (action: string): string => deeds[action] ?? capital(action.replace(/[.-]/g, ' '))

/** What can be filtered by: one kind of thing, or one action of it. */
export const actionChoices: readonly { value: string; text: string }[] = [
  { value: '', text: 'Every action' },
  { value: 'person.sign-in', text: 'Sign-ins' },
  { value: 'person', text: 'People' },
  { value: 'session', text: 'Sessions' },
  { value: 'container', text: 'Containers' },
  { value: 'source', text: 'Sources' },
  { value: 'settings', text: 'Settings' },
  { value: 'backup', text: 'Backups' },
  { value: 'api-key', text: 'Keys' },
  { value: 'audit-log', text: 'Audit log' },
  { value: 'box', text: 'This box' },
]

const outcomes: Record<string, { state: MarkState; word: string }> = {
  success: { state: 'fine', word: 'Done' },
  ended: { state: 'fine', word: 'Ended' },
  'already-gone': { state: 'fine', word: 'Was over already' },
  'signed-out': { state: 'attention', word: 'Signed out' },
  ignored: { state: 'attention', word: 'Ignored' },
  requested: { state: 'unknown', word: 'Not finished' },
  forbidden: { state: 'attention', word: 'Not allowed' },
  self_protection: { state: 'attention', word: 'Not to oneself' },
  invalid_credentials: { state: 'attention', word: 'Wrong proof' },
  totp_required: { state: 'off', word: 'Asked for a code' },
  totp_invalid: { state: 'attention', word: 'Wrong code' },
  invalid_request: { state: 'attention', word: 'Not understood' },
  unauthorized: { state: 'attention', word: 'Not signed in' },
  rate_limited: { state: 'attention', word: 'Too many tries' },
  conflict: { state: 'attention', word: 'In conflict' },
  wrong_state: { state: 'attention', word: 'Not possible' },
  not_found: { state: 'attention', word: 'Not there' },
  upstream_unreachable: { state: 'trouble', word: 'Unreachable' },
  upstream_refused: { state: 'trouble', word: 'Refused' },
  upstream_timeout: { state: 'trouble', word: 'No answer in time' },
  upstream_unauthorized: { state: 'trouble', word: 'Key refused' },
  upstream_untrusted: { state: 'trouble', word: 'Not trusted' },
  internal: { state: 'trouble', word: 'Failed' },
}

export const outcomeOf = (outcome: string): { state: MarkState; word: string } =>
  outcomes[outcome] ?? { state: 'unknown', word: capital(outcome.replace(/[_-]/g, ' ')) }

const filtered = [
  ...['success', 'forbidden', 'invalid_credentials', 'totp_invalid', 'rate_limited', 'requested'],
  ...['upstream_unreachable', 'internal'],
]
export const outcomeChoices = (chosen: string): { value: string; text: string }[] => [
  { value: '', text: 'Every outcome' },
  ...[...filtered, ...(chosen && !filtered.includes(chosen) ? [chosen] : [])].map((value) => ({
    value,
    text: outcomeOf(value).word,
  })),
]

/** Who did it; before a sign-in nobody is known yet. */
export const actorOf = ({ actor }: AuditEntry): string =>
  actor.id === null && actor.name === 'nobody' ? 'Not signed in' : actor.name

const kinds: Record<string, string> = { 'api-key': 'key', 'audit-log': 'file', box: 'this box' }
/** On whom or what. */
export const targetOf = ({ target }: AuditEntry): { name: string; kind: string } | null => {
  if (!target) return null
  if (target.kind === 'settings' || target.kind === 'box') return { name: 'This box', kind: '' }
  return { name: target.name ?? target.id, kind: kinds[target.kind] ?? target.kind }
}

const vias: Record<string, string> = {
  'access-token': 'signed in',
  'api-key': 'by a key',
  public: '',
  cli: 'on the box itself',
}
export const viaOf = ({ actor }: AuditEntry): string => vias[actor.via] ?? actor.via
