import type { Can } from '#protocol/access.ts'
import type { Container, ContainerDetail, Engine } from '#protocol/container.ts'
import type { Person } from '#protocol/person.ts'
import { anyOn, thingOf } from './identity.ts'
import type { Register } from './register.ts'

/** What a person may see of engines and containers. */
export const createSight = ({ can, register }: { can: Can; register: Register }) => {
  const sees = (person: Person, container: Container) => can(person, 'view-containers', thingOf(container))

  const seesId = (person: Person, id: string): boolean => {
    const held = register.find(id)
    return held !== undefined && sees(person, held.container)
  }

  return {
    sees,
    container: (person: Person, container: Container): Container | null => (sees(person, container) ? container : null),
    /** For events that carry only the container's id: the data, or null. */
    byId: <T extends { id: string }>(person: Person, data: T): T | null => (seesId(person, data.id) ? data : null),
    /** Who has a container there sees the engine too, but not what else it holds. */
    engine: (person: Person, engine: Engine): Engine | null => {
      if (can(person, 'view-containers', anyOn(engine.id))) return engine
      const own = register.containers().filter((one) => one.sourceId === engine.id && sees(person, one))
      if (own.length === 0) return null
      const count = (...states: Container['state'][]) => own.filter(({ state }) => states.includes(state)).length
      const [running, paused] = [count('running', 'restarting'), count('paused')]
      const containers = { total: own.length, running, paused, stopped: own.length - running - paused }
      return { ...engine, warnings: [], containers }
    },
    /** Values of the environment are for those who may operate it: passwords stand there. */
    detail: (person: Person, detail: ContainerDetail): ContainerDetail => {
      if (can(person, 'operate-container', thingOf(detail))) return detail
      return { ...detail, env: detail.env.map(({ name }) => ({ name, value: null })) }
    },
  }
}
export type Sight = ReturnType<typeof createSight>
