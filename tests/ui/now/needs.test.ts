import { expect, test } from 'vitest'
import type { DiscoveredSource } from '#protocol/source.ts'
import { createTimes } from '../../../ui/lib/format.ts'
import { type NeedFacts, needsOf } from '../../../ui/now/needs.ts'
import { aContainer, anEngineSource, aPerson, aSource, aSystem, at, noon } from '../things.ts'

const facts = (change: Partial<NeedFacts> = {}): NeedFacts => ({
  ...{ now: Date.parse(noon), person: aPerson(), sources: [], containers: [], system: aSystem(), found: [] },
  ...{ newestBackup: undefined, times: createTimes(() => 'UTC') },
  ...change,
})
const titles = (change: Partial<NeedFacts>) => needsOf(facts(change)).map(({ title }) => title)

test('a household that is well needs nobody', () => {
  expect(titles({ sources: [aSource(), anEngineSource()], containers: [aContainer()] })).toEqual([])
})

test('a source that was lost a moment ago needs nobody yet', () => {
  const lost = aSource({ status: { state: 'unreachable', since: noon } })
  expect(titles({ sources: [lost], now: Date.parse(at(119)) })).toEqual([])
  const [need] = needsOf(facts({ sources: [lost], now: Date.parse(at(120)) }))
  expect(need).toMatchObject({ kind: 'trouble', title: 'Jelly does not answer', retry: 'jelly' })
  expect(need?.text).toBe('No word since 12:00, 2 min ago.')
})

test('a key that is refused cannot be mended by waiting', () => {
  expect(titles({ sources: [aSource({ status: { state: 'unauthorized' } })] })).toEqual(['Jelly refuses our key'])
})

test('a source that is switched off needs nobody', () => {
  expect(titles({ sources: [aSource({ status: { state: 'disabled' } })], now: Date.parse(at(9999)) })).toEqual([])
})

test('a container that fails is named with its engine', () => {
  const containers = [aContainer({ health: 'unhealthy' }), aContainer({ id: 'x', state: 'restarting', restarts: 9 })]
  const needs = needsOf(facts({ sources: [anEngineSource()], containers }))
  expect(needs.map(({ kind }) => kind)).toEqual(['trouble', 'attention'])
  expect(needs[1]).toMatchObject({ title: 'web is unhealthy', text: 'Runs, its health check fails, on Dock.' })
})

test('many containers that fail are one thing that needs somebody', () => {
  const containers = ['a', 'b', 'c', 'd'].map((id) => aContainer({ id, name: id, health: 'unhealthy' }))
  expect(titles({ sources: [anEngineSource()], containers })).toEqual(['4 containers are not well'])
})

test('nobody is sent to a container whose engine does not answer', () => {
  const sources = [anEngineSource({ status: { state: 'unreachable' } })]
  expect(titles({ sources, containers: [aContainer({ health: 'unhealthy' })] })).toEqual([])
})

test('an admin without a second factor is told how long that may last', () => {
  const person = aPerson({ secondFactor: { totp: false, graceEndsAt: at(7200) } })
  expect(needsOf(facts({ person }))[0]?.text).toContain('In 2 h this box asks for it')
  expect(titles({ person: aPerson({ secondFactor: { totp: false, passkeys: 1, graceEndsAt: at(7200) } }) })).toEqual([])
})

test('a backup is missed a day after the start, and an old one after eight days', () => {
  const day = 86_400
  expect(titles({ newestBackup: null, now: Date.parse(at(day - 1)) })).toEqual([])
  expect(titles({ newestBackup: null, now: Date.parse(at(day + 1)) })).toEqual(['There is no backup yet'])
  const newestBackup = { name: 'b', createdAt: noon, bytes: 1, reason: 'daily' }
  expect(titles({ newestBackup, now: Date.parse(at(8 * day)) })).toEqual([])
  expect(titles({ newestBackup, now: Date.parse(at(8 * day + 1)) })).toEqual(['The last backup is old'])
})

test('who is no admin hears nothing of backups', () => {
  expect(titles({ person: aPerson({ role: 'staff' }), newestBackup: null, now: Date.parse(at(999_999)) })).toEqual([])
})

test('offers come last, three at most, and lead to a form that is filled in', () => {
  const found: DiscoveredSource[] = [1, 2, 3, 4].map((n) => ({
    ...{ kind: 'plex', name: `Attic ${n}`, url: `http://10.0.4.${n}:32400`, identity: null, known: false },
  }))
  const needs = needsOf(facts({ found, sources: [aSource({ status: { state: 'degraded' } })] }))
  expect(needs.map(({ kind }) => kind)).toEqual(['attention', 'suggestion', 'suggestion', 'suggestion'])
  const href = new URL(needs[1]?.look.href ?? '', 'http://box')
  expect(Object.fromEntries(href.searchParams)).toEqual({ kind: 'plex', name: 'Attic 1', url: 'http://10.0.4.1:32400' })
})
