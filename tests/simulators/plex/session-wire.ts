import type { Version } from './catalogue.ts'
import { mediaNode, metadataNode } from './media-wire.ts'
import { type Node, node, type Scalar, single } from './node.ts'
import { type Session, viewOffsetOf } from './sessions.ts'
import { resolutionOf, type Stream } from './streams.ts'
import { outputOf, type Transcode, transcodeNode } from './transcode.ts'

const ABSURD_RATE = 2_147_483_647

/** An element of `GET /status/sessions`. */
export function sessionNode(session: Session, now: number): Node {
  const { item, transcode } = session
  const attributes = {
    live: item.isLive ? true : null,
    sessionKey: session.key,
    viewOffset: item.type === 'photo' ? null : viewOffsetOf(session, now),
  }
  return metadataNode(item, attributes, [
    ...versionsOf(session).map((version) => playedNode(session, version)),
    userNode(session),
    playerNode(session),
    ...(session.id === null ? [] : [reservationNode(session)]),
    ...(transcode === null ? [] : [transcodeNode(session, transcode, now)]),
  ])
}

/** Direct play lists all versions, of which one is selected; a transcode only the one that it makes. */
function versionsOf({ item, version, transcode }: Session): Version[] {
  if (version === null) return []
  return transcode === null ? item.versions : [version]
}

function playedNode(session: Session, version: Version): Node {
  const { item, transcode } = session
  if (version !== session.version) return mediaNode(item, version, {}, {}, (stream) => stream)
  if (transcode !== null) return transcodedNode(session, version, transcode)
  const channel = item.isLive ? { origin: 'livetv', channelTitle: item.title, channelIdentifier: '7' } : {}
  const isUndecided = session.isSilent || item.isLive || item.type === 'photo'
  return mediaNode(
    item,
    version,
    { ...channel, selected: true },
    { ...(isUndecided ? {} : { decision: 'directplay' }), selected: true },
    (stream) => ({ ...rated(session, stream), location: 'direct', selected: isPlayed(version, stream) ? true : null }),
  )
}

/** The source is gone from here: sizes, codecs and rates are those of the output, though a title still tells of it. */
function transcodedNode(session: Session, version: Version, transcode: Transcode): Node {
  const output = outputOf(transcode, version.streams)
  const isCopied = transcode.video !== 'transcode' && transcode.audio !== 'transcode'
  const size = { width: output['width'], height: output['height'] }
  const changes = {
    ...output,
    aspectRatio: null,
    container: transcode.container ?? 'mp4',
    protocol: transcode.protocol ?? 'dash',
    videoResolution: output['width'] ? resolutionOf(Number(output['width']), Number(output['height'])) : null,
    ...(transcode.video === 'transcode' ? { videoProfile: 'high' } : {}),
    optimizedForStreaming: true,
    selected: true,
  }
  const part = {
    ...size,
    bitrate: output['bitrate'],
    container: changes.container,
    protocol: changes.protocol,
    decision: session.item.isLive ? null : isCopied ? 'copy' : 'transcode',
    file: null,
    key: null,
    size: null,
    selected: true,
  }
  return mediaNode(session.item, version, changes, part, (stream) =>
    rated(session, transcodedStream(transcode, stream, output, isPlayed(version, stream))),
  )
}

function transcodedStream(
  transcode: Transcode,
  stream: Stream,
  output: Record<string, Scalar>,
  isSelected: boolean,
): Record<string, Scalar> {
  const selected = isSelected ? true : null
  if (stream.streamType === 1) {
    if (transcode.video !== 'transcode') return { ...stream, decision: 'copy', location: 'segments-video', selected }
    const { displayTitle, extendedDisplayTitle, frameRate } = stream
    const { width, height, bitrate, videoCodec: codec } = output
    const fields = { streamType: 1, bitrate, codec, height, width, frameRate, displayTitle, extendedDisplayTitle }
    return { ...fields, decision: 'transcode', location: 'segments-video', selected }
  }
  if (stream.streamType === 3) return { ...stream, decision: transcode.subtitle, selected }
  if (transcode.audio !== 'transcode') return { ...stream, decision: 'copy', location: 'segments-audio', selected }
  const changes = { codec: output['audioCodec'], channels: output['audioChannels'], bitrate: 256 }
  return { ...stream, ...changes, decision: 'transcode', location: 'segments-audio', selected }
}

function isPlayed(version: Version, stream: Stream): boolean {
  return version.streams.find(({ streamType }) => streamType === stream.streamType) === stream
}

function rated({ hasAbsurdRates }: Session, stream: Record<string, Scalar>): Record<string, Scalar> {
  return hasAbsurdRates ? { ...stream, bitrate: ABSURD_RATE } : stream
}

function userNode({ account }: Session): Node {
  const thumb = `https://plex.tv/users/${account.id}/avatar`
  return node('User', { id: String(account.id), thumb, title: account.name }, [], { isSingle: true })
}

function playerNode({ account, device, location, state }: Session): Node {
  return single('Player', {
    address: device.address,
    device: device.device,
    machineIdentifier: device.machineIdentifier,
    model: 'bundled',
    platform: device.platform,
    platformVersion: '14',
    product: device.product,
    profile: device.platform,
    remotePublicAddress: device.remotePublicAddress,
    state,
    title: device.title,
    version: device.version,
    local: location === 'lan',
    relayed: device.relayed,
    secure: device.secure,
    userID: account.id,
  })
}

function reservationNode({ id, bandwidthKbps, location }: Session): Node {
  return single('Session', { id, bandwidth: bandwidthKbps, location })
}
