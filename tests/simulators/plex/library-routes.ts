import type { Reply } from '../lib/reply.ts'
import type { Section } from './catalogue.ts'
import { libraryNode, metadataNode } from './media-wire.ts'
import { container, node } from './node.ts'
import { answered, type Call, type PlexRoute, refused, windowOf } from './routes.ts'
import type { World } from './world.ts'

export function libraryRoutes(world: World): PlexRoute[] {
  const { catalogue } = world
  return [
    {
      methods: ['GET'],
      pattern: '/library/sections',
      access: 'member',
      handle: (call) => answered(call, container(catalogue.sections().map(sectionNode), { title1: 'Plex Library' })),
    },
    {
      methods: ['GET'],
      pattern: '/library/sections/{key}/all',
      access: 'member',
      handle: (call, [key]) => contents(world, call, Number(key)),
    },
    {
      methods: ['GET'],
      pattern: '/library/metadata/{ratingKey}',
      access: 'member',
      handle(call, [ratingKey = '']) {
        const item = catalogue.item(ratingKey)
        return item === null ? refused(404) : answered(call, container([libraryNode(item)]))
      },
    },
  ]
}

/** In JSON the keys of sections are strings, here and nowhere else. */
function sectionNode({ key, type, title, agent, uuid }: Section) {
  return node(
    'Directory',
    { allowSync: true, key: String(key), type, title, agent, uuid, language: 'en-US', hidden: 0 },
    [node('Location', { id: key, path: `/media/${title}` })],
  )
}

function contents({ catalogue, ignoresAddedAt }: World, call: Call, key: number): Reply {
  const section = catalogue.sections().find((candidate) => candidate.key === key)
  if (section === undefined) return refused(404)
  const since = ignoresAddedAt ? 0 : Number(call.query.get('addedAt>>') ?? call.query.get('addedAt>') ?? 0)
  const items = catalogue.items().filter((item) => item.section === section && item.addedAt >= since)
  const { start, page } = windowOf(call, items)
  const attributes = { offset: start, totalSize: items.length, librarySectionID: key, title1: section.title }
  return answered(
    call,
    container(
      page.map((item) => metadataNode(item, {}, [])),
      attributes,
    ),
  )
}
