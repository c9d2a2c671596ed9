import type { Session } from '#protocol/session.ts'
import type { TranscodeRule } from '#protocol/transcode-rule.ts'
import type { Log } from '../../lib/log.ts'
import { pause } from '../../lib/poll.ts'
import { identityOf } from '../plays/running-play.ts'
import type { Tracked } from '../sessions.ts'
import type { EndByRule } from './ending.ts'
import { isAgainst } from './rule.ts'
import type { RuleStore } from './store.ts'

export interface WatcherDeps {
  store: Pick<RuleStore, 'isSpared' | 'spare'>
  ruleOf(sourceId: string): TranscodeRule
  end: EndByRule
  /** Whether somebody is ending it at this moment. */
  isEnding(sessionId: string): boolean
  refresh(sourceId: string): Promise<void>
  mark(sessionId: string, rule: Session['rule']): void
  now: () => number
  /** A clock that nobody sets (ms): grace and cooldown are told by it. */
  steady: () => number
  log: Log
}

export interface Watcher {
  /** All that one source plays, as was just observed. */
  observe(sourceId: string, sessions: readonly Tracked[]): void
  /** Nothing is known of it: what waited begins anew when it is back. */
  away(sourceId: string): void
  /** The rule of a source has changed. */
  reconsider(sourceId: string): void
  /** Leaves this viewer with this thing on this device alone. False when nothing waited for it. */
  letPlay(tracked: Tracked): boolean
  stop(): void
}

interface Wait {
  key: string
  tracked: Tracked
  /** Since when it is against the rule, and when it is ended (steady). */
  since: number
  due: number
  timer: NodeJS.Timeout
}

/** A film with its breaks; who starts it again on another evening is asked about again. */
const sparedMs = 12 * 3_600_000
const retryMs = 5000
const confirmMs = 10_000
/** A promise that is off by less than this is not told again. */
const driftMs = 1500

const keyOf = ({ session, ids }: Tracked) => `${session.sourceId}\n${identityOf(session, ids)}`

const createCooldowns = (steady: () => number) => {
  const ends = new Map<string, number>()
  return {
    until: (key: string) => ends.get(key) ?? 0,
    begin: (key: string, forMs: number) => {
      const at = steady()
      for (const [one, end] of ends) if (end <= at) ends.delete(one)
      ends.set(key, at + forMs)
    },
  }
}

/** What was pushed may be late: the server has the last word on whether it is still so. */
const isConfirmed = ({ refresh }: Pick<WatcherDeps, 'refresh'>, { tracked: { session } }: Wait): Promise<boolean> => {
  const read = refresh(session.sourceId).then(
    () => true,
    () => false,
  )
  return Promise.race([read, pause(confirmMs, new AbortController().signal).then(() => false)])
}

/** Waits for sessions that are against the rule of their source, and ends those that stay so. */
export const createWatcher = (deps: WatcherDeps): Watcher => {
  const { store, steady } = deps
  const seen = new Map<string, readonly Tracked[]>()
  const waits = new Map<string, Wait>()
  const ending = new Set<string>()
  const cooldowns = createCooldowns(steady)
  let stopped = false

  const fail = (err: unknown) => deps.log.error({ err }, 'the 4K rule could not be applied')

  const drop = (id: string) => {
    const wait = waits.get(id)
    if (!wait) return
    clearTimeout(wait.timer)
    waits.delete(id)
    deps.mark(id, null)
  }

  const tell = ({ tracked: { session }, due }: Wait) => {
    const at = deps.now() + Math.max(0, due - steady())
    const told = session.rule ? Date.parse(session.rule.endsAt) : Number.NaN
    if (!(Math.abs(told - at) <= driftMs)) deps.mark(session.id, { endsAt: new Date(at).toISOString() })
  }

  const arm = (tracked: Tracked, key: string, since: number, due: number) => {
    const { id } = tracked.session
    clearTimeout(waits.get(id)?.timer)
    const timer = setTimeout(() => void fire(id).catch(fail), Math.max(0, due - steady())).unref()
    const wait = { key, tracked, since, due, timer }
    waits.set(id, wait)
    tell(wait)
  }

  const consider = (tracked: Tracked, rule: TranscodeRule) => {
    const { id } = tracked.session
    if (ending.has(id)) return
    if (!isAgainst(rule, tracked.session)) return drop(id)
    const key = keyOf(tracked)
    if (store.isSpared(key, deps.now())) return drop(id)
    const before = waits.get(id)
    const since = before?.key === key ? before.since : steady()
    const due = Math.max(since + rule.graceMs, cooldowns.until(key))
    if (before?.key !== key || before.due !== due) return arm(tracked, key, since, due)
    before.tracked = tracked
    if (due > steady()) tell(before)
  }

  /** A rule that cannot be read ends nothing, and holds up nobody who observes. */
  const reconsider = (sourceId: string) => {
    if (stopped) return
    try {
      const rule = deps.ruleOf(sourceId)
      for (const tracked of seen.get(sourceId) ?? []) consider(tracked, rule)
    } catch (err) {
      fail(err)
    }
  }

  const endNow = async (id: string, { tracked, key }: Wait) => {
    const rule = deps.ruleOf(tracked.session.sourceId)
    waits.delete(id)
    ending.add(id)
    try {
      await deps.end(tracked, rule)
    } finally {
      cooldowns.begin(key, rule.cooldownMs)
      ending.delete(id)
      deps.mark(id, null)
      reconsider(tracked.session.sourceId)
    }
  }

  const fire = async (id: string) => {
    const wait = waits.get(id)
    if (!wait) return
    const confirmed = !deps.isEnding(id) && (await isConfirmed(deps, wait))
    // Whatever was decided meanwhile has put another wait here, or none.
    if (stopped || waits.get(id) !== wait) return
    if (confirmed && !deps.isEnding(id)) await endNow(id, wait)
    else arm(wait.tracked, wait.key, wait.since, steady() + retryMs)
  }

  return {
    observe: (sourceId, sessions) => {
      seen.set(sourceId, sessions)
      const present = new Set(sessions.map(({ session }) => session.id))
      for (const [id, { tracked }] of waits) {
        if (tracked.session.sourceId === sourceId && !present.has(id)) drop(id)
      }
      reconsider(sourceId)
    },
    away: (sourceId) => {
      seen.delete(sourceId)
      for (const [id, { tracked }] of waits) if (tracked.session.sourceId === sourceId) drop(id)
    },
    reconsider,
    letPlay: (tracked) => {
      const { id } = tracked.session
      if (!waits.has(id)) return false
      store.spare(keyOf(tracked), deps.now() + sparedMs)
      drop(id)
      return true
    },
    stop: () => {
      stopped = true
      for (const { timer } of waits.values()) clearTimeout(timer)
      waits.clear()
    },
  }
}
