import type { AuditEntry } from '#protocol/audit.ts'
import type { MarkState } from '../../components/mark.ts'
import { capital } from '../../lib/format.ts'

const deeds: Record<string, string> = {
  'api-key.create': 'Make a key for a program',
  'api-key.delete': 'Delete a key for a program',
  'audit-log.export': 'Export the audit log',
  'backup.create': 'Make a backup',
  'backup.delete': 'Delete a backup',
  'backup.download': 'Download a backup',
  'backup.restore': 'Go back to a backup',
  'box.claim': 'Claim the box',
  'container.start': 'Start a container',
  'container.stop': 'Stop a container',
  'container.restart': 'Restart a container',
  'container.kill': 'Kill a container',
  'container.pause': 'Pause a container',
  'container.unpause': 'Resume a container',
  'container.remove': 'Remove a container',
  'history.export': 'Export the history',
  'person.change': 'Change an account',
  'person.create': 'Make an account',
  'person.delete': 'Delete an account',
  'person.grants': 'Change grants',
  'person.passkey.add': 'Add a passkey',
  'person.passkey.remove': 'Delete a passkey',
  'person.passkey.rename': 'Rename a passkey',
  'person.password': 'Change a password',
  'person.recovery-codes': 'Make new recovery codes',
  'person.reset': 'Reset an account on the box',
  'person.role': 'Change a role',
  'person.second-factor.begin': 'Begin with a second factor',
  'person.second-factor.clear': 'Take away a second factor',
  'person.second-factor.remove': 'Switch a second factor off',
  'person.second-factor.set': 'Switch a second factor on',
  'person.sign-in': 'Sign in',
  'person.sign-ins.end': 'End sign-ins',
  'person.sign-out': 'Sign out',
  'person.token-reused': 'Use an old token again',
  'session.let-play': 'Let a session play',
  'session.terminate': 'End a session',
  'settings.change': 'Change settings',
  'source.change': 'Change a source',
  'source.create': 'Add a source',
  'source.delete': 'Delete a source',
  'source.test': 'Test a source',
  'transcode-rule.change': 'Change the 4K rule',
}

/** What was asked for, in words that fit whatever came of it; an action that has none shows its own name. */
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
  actor.id === null && actor.name === 'nobody' ? 'Nobody yet' : actor.name

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
  rule: 'by a rule',
}
export const viaOf = ({ actor }: AuditEntry): string => vias[actor.via] ?? actor.via
