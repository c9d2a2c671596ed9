import { z } from 'zod'
import { type Container, ContainerState } from '#protocol/container.ts'
import { AppError } from '#protocol/errors.ts'
import { type List, PageQuery } from '#protocol/list.ts'

const sortNames = ['name', 'state', 'cpu', 'memory', 'createdAt'] as const
type SortName = (typeof sortNames)[number]

export const ContainersQuery = PageQuery.extend({
  cursor: z.string().max(1000).optional(),
  sourceId: z.string().max(200).optional(),
  state: ContainerState.optional(),
  /** Found in name, image and owner, or the beginning of the engine's id. */
  q: z.string().max(200).optional(),
  /** With a minus: the largest first. What is not known comes last either way. */
  sort: z.enum([...sortNames, '-name', '-state', '-cpu', '-memory', '-createdAt']).default('name'),
})
export type ContainersQuery = z.infer<typeof ContainersQuery>

type Key = [value: string | number | null, id: string]
const CursorKey = z.tuple([z.union([z.string(), z.number(), z.null()]), z.string()])

const sortValue: Record<SortName, (container: Container) => Key[0]> = {
  name: ({ name }) => name.toLowerCase(),
  state: ({ state }) => state,
  cpu: ({ cpu }) => cpu,
  memory: ({ memory }) => memory.used,
  createdAt: ({ createdAt }) => createdAt,
}

const compareValues = (a: Key[0], b: Key[0], sign: 1 | -1): number => {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -sign : sign
}

const compareKeys = (a: Key, b: Key, sign: 1 | -1): number =>
  compareValues(a[0], b[0], sign) || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0)

const toCursor = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url')

const fromCursor = (cursor: string): Key => {
  try {
    return CursorKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch (cause) {
    throw new AppError('invalid_request', 'cursor: Take it as `next` gave it.', { cause })
  }
}

const isMatch = (container: Container, { sourceId, state, q }: ContainersQuery): boolean => {
  if (sourceId !== undefined && container.sourceId !== sourceId) return false
  if (state !== undefined && container.state !== state) return false
  if (!q) return true
  const wanted = q.toLowerCase()
  const texts = [container.name, container.image, container.owner ?? '']
  const [, containerId = ''] = container.id.split(':')
  return texts.some((text) => text.toLowerCase().includes(wanted)) || containerId.startsWith(wanted)
}

/** One page; the cursor names a place in the order, so that a container that goes does not move the next page. */
export const pageOf = (containers: readonly Container[], query: ContainersQuery): List<Container> => {
  const sign = query.sort.startsWith('-') ? -1 : 1
  const value = sortValue[query.sort.replace('-', '') as SortName]
  const keyed = containers
    .filter((container) => isMatch(container, query))
    .map((container) => ({ container, key: [value(container), container.id] as Key }))
    .sort((a, b) => compareKeys(a.key, b.key, sign))
  const after = query.cursor === undefined ? null : fromCursor(query.cursor)
  const left = after ? keyed.filter(({ key }) => compareKeys(key, after, sign) > 0) : keyed
  const page = left.slice(0, query.limit)
  const last = page.at(-1)
  return {
    items: page.map(({ container }) => container),
    next: last && left.length > page.length ? toCursor(last.key) : null,
  }
}
