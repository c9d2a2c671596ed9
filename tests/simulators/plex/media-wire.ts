import type { Item, Version } from './catalogue.ts'
import { type Node, node, type Scalar } from './node.ts'
import { resolutionOf, type Stream } from './streams.ts'

const TAGS = { movie: 'Video', episode: 'Video', clip: 'Video', track: 'Track', photo: 'Photo' } as const

export function metadataNode(item: Item, attributes: Record<string, Scalar>, children: Node[]): Node {
  return node(TAGS[item.type], { ...itemFields(item), ...attributes }, children, { name: 'Metadata' })
}

function itemFields(item: Item): Record<string, Scalar> {
  const { section } = item
  const place =
    section === null
      ? {}
      : {
          librarySectionID: section.key,
          librarySectionKey: `/library/sections/${section.key}`,
          librarySectionTitle: section.title,
        }
  return {
    addedAt: item.addedAt,
    duration: item.durationMs,
    guid: item.guid,
    key: item.key,
    ...place,
    ratingKey: item.ratingKey,
    thumb: item.isLive ? null : `${item.key}/thumb/${item.addedAt}`,
    title: item.title,
    type: item.type,
    ...item.more,
  }
}

/** Every version with its true streams, as the library knows it. */
export function libraryNode(item: Item): Node {
  const media = item.versions.map((version) => mediaNode(item, version, {}, {}, (stream) => stream))
  return metadataNode(item, {}, media)
}

/** A version of an item; `changes` and `stream` say how a session shows it instead. */
export function mediaNode(
  item: Item,
  version: Version,
  changes: Record<string, Scalar>,
  part: Record<string, Scalar>,
  stream: (stream: Stream) => Record<string, Scalar>,
): Node {
  const streams = version.streams.map((own, index) => node('Stream', { id: version.id * 10 + index, ...stream(own) }))
  const file = {
    id: version.id + 5000,
    container: version.container,
    duration: item.durationMs,
    file: item.isLive ? null : `/media/${item.title}.${version.container}`,
    key: item.isLive ? null : `/library/parts/${version.id + 5000}/file.${version.container}`,
    size: 1_000_000 * version.id,
    ...part,
  }
  return node('Media', { ...mediaFields(item, version), ...changes }, [node('Part', file, streams)])
}

function mediaFields(item: Item, { id, container, streams }: Version): Record<string, Scalar> {
  const video = streams.find(({ streamType }) => streamType === 1)
  const audio = streams.find(({ streamType }) => streamType === 2)
  const bitrate = streams.reduce((sum, stream) => sum + Number(stream['bitrate'] ?? 0), 0)
  const size = [Number(video?.['width'] ?? 0), Number(video?.['height'] ?? 0)] as const
  return {
    id,
    duration: item.durationMs,
    bitrate: bitrate > 0 ? bitrate : null,
    container,
    ...(video === undefined
      ? {}
      : {
          width: size[0],
          height: size[1],
          aspectRatio: Math.round((100 * size[0]) / size[1]) / 100,
          videoCodec: video.codec,
          videoFrameRate: '24p',
          videoProfile: video['profile'],
          videoResolution: resolutionOf(...size),
        }),
    audioCodec: audio?.codec,
    audioChannels: audio?.['channels'],
  }
}
