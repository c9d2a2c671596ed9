import { useComputed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { Session } from '#protocol/session.ts'
import { Line } from '../components/line.ts'
import { Menu, type MenuItem } from '../components/menu.ts'
import { useApp } from '../lib/app.ts'
import { ago, bitrate, span } from '../lib/format.ts'
import { html } from '../lib/html.ts'
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

const lastWord = (session: Session, minute: (at: string) => string) => {
  const verb = session.state === 'paused' ? 'Paused' : 'Playing'
  return `${verb} when last seen at ${minute(session.seenAt)}`
}

/** When it ends, kept true by the second without drawing the line again. */
const Left = ({ session, away }: { session: Session; away: boolean }) => {
  const { clock } = useApp()
  const text = useComputed(() => {
    const now = clock.now.value
    if (away) return ago(now - Date.parse(session.seenAt))
    if (session.mediaType === 'live' || session.durationMs === null)
      return `${span(now - Date.parse(session.startedAt))} in`
    return `${span(session.durationMs - positionAt(session, now))} left`
  })
  return html`${text}`
}

const factFor = (session: Session, away: boolean, pendingSince: number | undefined, minute: (at: string) => string) => {
  if (pendingSince !== undefined) return { state: 'busy', fact: 'Ending', word: 'busy' } as const
  if (away) return { state: 'unknown', fact: lastWord(session, minute), word: undefined } as const
  return factOf(session)
}

/** A session's line: on Now it leads to its detail, on Sessions the detail opens under it. */
export const SessionLine = ({ session, away, href, open, detailId }: Props) => {
  const { state, clock, times, sessions } = useApp()
  const terminate = useTerminate()
  const pendingSince = sessions.pending.value.get(session.id)
  const held = useMemo(() => ({ session, away }), [session, away])
  const at = useComputed(() => {
    const { durationMs } = held.session
    const now = held.away ? Date.parse(held.session.seenAt) : clock.now.value
    return durationMs ? positionAt(held.session, now) / durationMs : null
  })
  return useMemo(() => {
    const { state: mark, fact, word } = factFor(session, away, pendingSince, times.minute)
    const rate = session.state === 'paused' ? 0 : session.stream.bitrateKbps
    const items = (): MenuItem[] => [
      { text: 'Details', icon: 'right', href },
      ...(terminate.may(session)
        ? [
            {
              text: 'End session',
              icon: 'stop',
              danger: true,
              off: away
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
      trail=${away ? undefined : state.trails.of(session.id)}
      num=${away || rate === null ? null : bitrate(rate)}
      when=${html`<${Left} key=${session.seenAt} session=${session} away=${away} />`}
      at=${at}
      open=${open}
      controls=${detailId}
      actions=${html`<${Menu} label=${`Actions for ${session.title}`} items=${items} />`}
    />`
  }, [session, away, href, open, detailId, pendingSince, at])
}
