import { useComputed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { Session } from '#protocol/session.ts'
import { Line } from '../components/line.ts'
import { Menu, type MenuItem } from '../components/menu.ts'
import { useApp } from '../lib/app.ts'
import { ago, bitrate, span } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { EndsIn } from './rule/wait.ts'
import { factOf, nameOf, positionAt, whoOf } from './session-facts.ts'
import { useTerminate } from './terminate.ts'

interface Props {
  session: Session
  /** Its server is away: what is shown is the last thing known. */
  away: boolean
  href: string
  open?: boolean
  detailId?: string
}

const lastWord = (session: Session, at: number, minute: (at: number) => string) => {
  const verb = session.state === 'paused' ? 'Paused' : 'Playing'
  return `${verb} when last seen at ${minute(at)}`
}

/** When it ends, kept true by the second without drawing the line again. */
const Left = ({ session, lastAt }: { session: Session; lastAt: number | null }) => {
  const { clock } = useApp()
  const text = useComputed(() => {
    const now = clock.now.value
    if (lastAt !== null) return ago(now - lastAt)
    if (session.mediaType === 'live' || session.durationMs === null)
      return `${span(now - Date.parse(session.startedAt))} in`
    return `${span(session.durationMs - positionAt(session, now))} left`
  })
  return html`${text}`
}

const factFor = (
  session: Session,
  lastAt: number | null,
  pendingSince: number | undefined,
  minute: (at: number) => string,
) => {
  if (pendingSince !== undefined) return { state: 'busy', fact: 'Ending', word: 'busy' } as const
  if (lastAt !== null) return { state: 'unknown', fact: lastWord(session, lastAt, minute), word: 'unknown' } as const
  const told = factOf(session)
  if (!session.rule) return told
  const { rule } = session
  const fact = html`${told.fact}, <${EndsIn} key=${rule.endsAt} rule=${rule} start="4K rule ends" />`
  return { state: 'attention', fact, word: 'attention' } as const
}

/** A session's line: on Now it leads to its detail, on Sessions the detail opens under it. */
export const SessionLine = ({ session, away, href, open, detailId }: Props) => {
  const { state, clock, times, sessions, live } = useApp()
  const terminate = useTerminate()
  const pendingSince = sessions.pending.value.get(session.id)
  const { state: wire, since } = live.status.value
  const lastAt = wire === 'stale' ? since : away ? Date.parse(session.seenAt) : null
  const at = useComputed(() => {
    const now = clock.now.value
    return session.durationMs ? positionAt(session, lastAt ?? now) / session.durationMs : null
  })
  return useMemo(() => {
    const { state: mark, fact, word } = factFor(session, lastAt, pendingSince, times.minute)
    const rate = session.state === 'paused' ? 0 : session.stream.bitrateKbps
    const items = (): MenuItem[] => [
      { text: 'Details', icon: 'right', href },
      ...(terminate.may(session)
        ? [
            {
              text: 'End session',
              icon: 'stop',
              danger: true,
              off:
                lastAt !== null
                  ? 'Its server does not answer.'
                  : session.canTerminate
                    ? undefined
                    : 'This player takes no commands.',
              onChoose: () => terminate.ask(session),
            },
          ]
        : []),
    ]
    return html`<${Line}
      state=${mark}
      name=${nameOf(session)}
      href=${href}
      where=${whoOf(session)}
      fact=${fact}
      word=${word}
      trail=${lastAt !== null ? undefined : state.trails.of(session.id)}
      num=${lastAt !== null || rate === null ? null : bitrate(rate)}
      when=${html`<${Left} key=${`${session.seenAt} ${lastAt}`} session=${session} lastAt=${lastAt} />`}
      at=${at}
      open=${open}
      controls=${detailId}
      actions=${html`<${Menu} label=${`Actions for ${session.title}`} items=${items} />`}
    />`
  }, [session, lastAt, href, open, detailId, pendingSince, at])
}
