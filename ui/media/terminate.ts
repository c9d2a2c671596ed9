import { useSignal } from '@preact/signals'
import type { Session } from '#protocol/session.ts'
import { Check, Field } from '../components/field.ts'
import { type App, useApp } from '../lib/app.ts'
import { place } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import type { Effect } from '../lib/model/asks.ts'
import { mayOnSource } from '../lib/model/may.ts'
import { positionAt } from './session-facts.ts'

const effectsOf = (session: Session, now: number): Effect[] => {
  const { user, player, durationMs } = session
  const at = place(positionAt(session, now))
  return [
    {
      icon: 'stop',
      what: `Playback on ${player.name} stops`,
      rest: durationMs ? `at ${at} of ${place(durationMs)}.` : 'at once.',
    },
    {
      icon: 'message',
      what: `${user} reads your message`,
      rest: 'on the player, when you write one and the player can show it.',
    },
    { icon: 'check', what: 'The place is kept.', rest: `${user} stays signed in and can start again.` },
  ]
}

interface How {
  reason: string
  force: boolean
}

const Body = ({ how, user }: { how: How; user: string }) => {
  const reason = useSignal(how.reason)
  const force = useSignal(how.force)
  return html`<${Field} id="reason" label="Message" rows=${2} maxlength=${500} hint="Recorded in the audit log with your name."
      value=${reason.value} onInput=${(value: string) => {
        reason.value = value
        how.reason = value
      }} />
    <${Check} id="force" checked=${force.value} label=${`If the player ignores it, sign its device out. ${user} then has to sign in there again.`}
      onChange=${(checked: boolean) => {
        force.value = checked
        how.force = checked
      }} />`
}

const open = ({ asks, sessions, toasts, state, clock }: App, session: Session) => {
  const how: How = { reason: '', force: false }
  const source = state.sources.peek().get(session.sourceId)?.name ?? 'Its server'
  asks.ask({
    question: `End ${session.title} for ${session.user}?`,
    effects: effectsOf(session, clock.read()),
    body: () => html`<${Body} how=${how} user=${session.user} />`,
    keep: 'Keep playing',
    act: 'End session',
    acting: `Ending ${session.title}`,
    danger: true,
    run: async () =>
      toasts.say(await sessions.terminate(session, source, { reason: how.reason.trim(), force: how.force })),
  })
}

/** Asks before it ends a session, and says afterwards what the server made of it. */
export const useTerminate = () => {
  const app = useApp()
  return {
    may: (session: Session) => mayOnSource(app.account.person.peek(), 'terminate', session.sourceId),
    ask: (session: Session) => open(app, session),
  }
}
