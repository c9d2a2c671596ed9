import { describe, expect, it, onTestFinished } from 'vitest'
import { System, Vitals } from '#protocol/system.ts'
import { createHardware, type HardwareDeps } from '../../appliance/hardware/index.ts'
import type { Readings } from '../../appliance/hardware/readings.ts'
import { readingsOfMachine } from '../../appliance/hardware/readings-of-machine.ts'
import { createVitalsStore } from '../../appliance/hardware/store.ts'
import { createVitals } from '../../appliance/hardware/vitals.ts'
import { createReader } from '../../appliance/store/reader.ts'
import { dataFolder, open, readableLog } from '../store/data-folder.ts'

const minute = 60_000
const hour = 60 * minute

const setUp = (change: Partial<Readings> = {}) => {
  const store = open(dataFolder())
  const reader = createReader(store.path)
  onTestFinished(async () => {
    await reader.close()
    store.close()
  })
  const clock = { now: Date.parse('2026-11-20T12:00:00Z') }
  const machine = { cpu: 10, rx: 0, tx: 0 }
  const readings: Readings = {
    cpu: async () => machine.cpu,
    memory: async () => ({ used: 400, total: 1000 }),
    temperature: async () => null,
    disk: async () => ({ used: 5, total: 10 }),
    network: async () => ({ at: clock.now, interface: 'eth0', rx: machine.rx, tx: machine.tx }),
    ...change,
  }
  const emitted: Vitals[] = []
  const { log, lines } = readableLog()
  const vitalsStore = createVitalsStore(store.db, reader)
  const vitals = createVitals({
    readings,
    store: vitalsStore,
    emit: (one) => emitted.push(one),
    log,
    now: () => clock.now,
  })
  const rows = () => store.db.prepare('SELECT count(*) FROM vitals').pluck().get()
  const pass = async (ms: number, stepMs = 5000) => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.now += stepMs
      await vitals.measure()
    }
  }
  return { store, reader, clock, machine, vitals, vitalsStore, emitted, lines, rows, pass }
}

describe('vitals', () => {
  it('tell how the machine is, in the shape of the protocol, with null for what it does not have', async () => {
    const { vitals, emitted } = setUp()
    expect(vitals.current()).toBeNull()
    await vitals.measure()
    expect(Vitals.parse(vitals.current())).toMatchObject({
      cpu: 10,
      memory: { used: 400, total: 1000 },
      temperature: null,
      disk: { used: 5, total: 10 },
      rxBytesPerS: null,
    })
    expect(emitted).toEqual([vitals.current()])
  })

  it('give network rates per second between two readings, and none across an interface made anew', async () => {
    const { vitals, machine, clock } = setUp()
    await vitals.measure()
    Object.assign(machine, { rx: 5000, tx: 1000 })
    clock.now += 5000
    await vitals.measure()
    expect(vitals.current()).toMatchObject({ rxBytesPerS: 1000, txBytesPerS: 200 })
    machine.rx = 3
    clock.now += 5000
    await vitals.measure()
    expect(vitals.current()).toMatchObject({ rxBytesPerS: null, txBytesPerS: null })
  })

  it('keep the last hour in steps of 5 s', async () => {
    const { vitals, pass } = setUp()
    await pass(hour + 10 * minute)
    const { stepMs, points } = await vitals.history('1h')
    expect(stepMs).toBe(5000)
    expect(points).toHaveLength(720)
  })

  it('write averages of five minutes, three at a time, and the rest on stopping', async () => {
    const { vitals, pass, rows, machine } = setUp()
    await pass(14 * minute)
    expect(rows()).toBe(0)
    machine.cpu = 30
    await pass(2 * minute)
    expect(rows()).toBe(3)
    await vitals.stop()
    expect(rows()).toBe(4)
    const { points } = await vitals.history('24h')
    expect(points.map(({ cpu }) => cpu)).toEqual([10, 10, expect.closeTo(14, 0), 30])
  })

  it('show in the day what is not written yet', async () => {
    const { vitals, pass, rows } = setUp()
    await pass(7 * minute)
    expect(rows()).toBe(0)
    expect((await vitals.history('24h')).points).toHaveLength(2)
  })

  it('average a week and a month to some hundred points, and forget what is pruned', async () => {
    const { vitals, vitalsStore, clock, pass, emitted, rows } = setUp()
    await pass(5000)
    const one = emitted[0] as Vitals
    const days = (count: number) => Array.from({ length: count * 288 }, (_, i) => clock.now - (i + 1) * 5 * minute)
    vitalsStore.write(days(30).map((at) => ({ ...one, at: new Date(at).toISOString(), temperature: 50 })))
    const month = await vitals.history('30d')
    const week = await vitals.history('7d')
    expect(month.points.length).toBeGreaterThanOrEqual(360)
    expect(month.points.length).toBeLessThanOrEqual(362)
    expect(week.points.length).toBeGreaterThanOrEqual(336)
    expect(week.points.length).toBeLessThanOrEqual(338)
    expect(Vitals.parse(week.points[5]).temperature).toBe(50)
    vitalsStore.prune(clock.now - 24 * hour)
    expect(rows()).toBe(288)
  })

  it('go on when the clock jumps back', async () => {
    const { vitals, clock, pass } = setUp()
    await pass(minute)
    clock.now -= 24 * hour
    await pass(minute)
    const { points } = await vitals.history('1h')
    const times = points.map(({ at }) => at)
    expect(times).toEqual([...times].sort())
    expect(points).toHaveLength(12)
  })

  it('live with a sensor that fails, and miss a sample without the processor', async () => {
    const fails = async () => {
      throw new Error('broken sensor')
    }
    const { vitals } = setUp({ temperature: fails, disk: fails, network: fails })
    await vitals.measure()
    expect(vitals.current()).toMatchObject({ temperature: null, disk: null, rxBytesPerS: null })
    const blind = setUp({ cpu: fails })
    await expect(blind.vitals.measure()).rejects.toThrow('broken sensor')
    expect(blind.vitals.current()).toBeNull()
  })
})

describe('this machine itself', () => {
  it('is measured every few seconds and described', async () => {
    const folder = dataFolder()
    const store = open(folder)
    const reader = createReader(store.path)
    const first = Promise.withResolvers<Vitals>()
    const deps: HardwareDeps = {
      db: store.db,
      reads: reader,
      bus: { emit: (_, vitals) => first.resolve(vitals) },
      log: readableLog().log,
      now: Date.now,
      can: () => true,
      version: '0.1.0',
      dataFolder: folder,
      databasePath: store.path,
      recovered: null,
    }
    const hardware = createHardware(deps)
    expect(System.parse(hardware.system()).vitals).toBeNull()
    hardware.start()
    const vitals = Vitals.parse(await first.promise)
    expect(vitals.cpu).toBeGreaterThanOrEqual(0)
    expect(vitals.cpu).toBeLessThanOrEqual(100)
    expect(vitals.memory.used).toBeGreaterThan(0)
    expect(vitals.memory.used).toBeLessThan(vitals.memory.total)
    expect(vitals.disk?.used).toBeGreaterThan(0)
    expect(vitals.ownMemory).toBeGreaterThan(10_000_000)
    const system = System.parse(hardware.system())
    expect(system.databaseBytes).toBeGreaterThan(4096)
    expect(Date.parse(system.bootedAt)).toBeLessThanOrEqual(Date.parse(system.startedAt))
    await hardware.stop()
    await reader.close()
    store.close()
  })

  it('counts the bytes of its default interface, where it has one', async () => {
    const seen = await readingsOfMachine('/').network()
    if (seen) expect(seen.rx + seen.tx).toBeGreaterThanOrEqual(0)
    else expect(seen).toBeNull()
  })
})
