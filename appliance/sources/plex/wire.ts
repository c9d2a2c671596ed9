import { z } from 'zod'
import { misshapen } from '../upstream-error.ts'

// Only what is read. The same field comes as 1, "1" or true, a number as text, a list of one as the thing itself, all
// by server version and by call; a field that is none of these counts as absent, so that it hides no session.
const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)
const number = z
  .union([
    z.number(),
    z
      .string()
      .trim()
      .regex(/^-?\d+(\.\d+)?$/)
      .transform(Number),
  ])
  .nullish()
  .catch(null)
const flag = z
  .union([
    z.boolean(),
    z.literal([1, '1', 'true']).transform(() => true),
    z.literal([0, '0', 'false']).transform(() => false),
  ])
  .nullish()
  .catch(null)

const one = <T>(schema: z.ZodType<T>) =>
  z.preprocess((value) => (Array.isArray(value) ? value[0] : value), schema.nullish().catch(null))

const many = <T>(schema: z.ZodType<T>) =>
  z.preprocess(
    (value) => (value === null || value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(z.unknown()).transform((list) => list.flatMap((item) => schema.safeParse(item).data ?? [])),
  )

const Stream = z.object({
  streamType: number,
  codec: text,
  width: number,
  height: number,
  default: flag,
  selected: flag,
  decision: text,
  title: text,
  displayTitle: text,
  extendedDisplayTitle: text,
  colorTrc: text,
  DOVIPresent: flag,
})
export type StreamWire = z.infer<typeof Stream>

const Part = z.object({ id: text, selected: flag, decision: text, Stream: many(Stream) })
export type PartWire = z.infer<typeof Part>

const Media = z.object({
  id: text,
  selected: flag,
  width: number,
  height: number,
  videoResolution: text,
  videoCodec: text,
  audioCodec: text,
  container: text,
  bitrate: number,
  channelTitle: text,
  channelCallSign: text,
  Part: many(Part),
})
export type MediaWire = z.infer<typeof Media>

const Player = z.object({
  title: text,
  product: text,
  platform: text,
  device: text,
  machineIdentifier: text,
  state: text,
  address: text,
  remotePublicAddress: text,
  local: flag,
  relayed: flag,
})

const Transcode = z.object({
  key: text,
  videoDecision: text,
  audioDecision: text,
  subtitleDecision: text,
  sourceVideoCodec: text,
  sourceAudioCodec: text,
  videoCodec: text,
  audioCodec: text,
  container: text,
  width: number,
  height: number,
  transcodeHwDecoding: text,
  transcodeHwEncoding: text,
  transcodeHwFullPipeline: flag,
})
export type TranscodeWire = z.infer<typeof Transcode>

const SessionWire = z
  .object({
    sessionKey: text,
    ratingKey: text,
    grandparentRatingKey: text,
    key: text,
    guid: text,
    type: text,
    live: flag,
    title: text,
    parentTitle: text,
    grandparentTitle: text,
    originalTitle: text,
    parentIndex: number,
    index: number,
    year: number,
    duration: number,
    viewOffset: number,
    librarySectionTitle: text,
    Media: many(Media),
    User: one(z.object({ id: text, title: text })),
    Player: one(Player),
    Session: one(z.object({ id: text, bandwidth: number, location: text })),
    TranscodeSession: one(Transcode),
  })
  .refine((session) => session.sessionKey || session.Session?.id || session.Player?.machineIdentifier)
export type SessionWire = z.infer<typeof SessionWire>

const Lists = z.looseObject({})
const Answer = z.object({ MediaContainer: Lists })

/** The sessions of an answer. One that is garbage is left out; when nothing else is there, it throws. */
export const parseSessions = (value: unknown): SessionWire[] => {
  const container = Answer.safeParse(value).data?.MediaContainer
  if (!container) throw misshapen('it has no MediaContainer')
  // One list for every kind of media, or as in XML one for each.
  const lists = [container['Metadata'], container['Video'], container['Track'], container['Photo']]
  const found = lists.flatMap((list) => many(z.unknown()).parse(list))
  const sessions = found.flatMap((item) => SessionWire.safeParse(item).data ?? [])
  const size = number.parse(container['size'])
  if (sessions.length === 0 && (found.length > 0 || (size ?? 0) > 0))
    throw misshapen('none of its sessions can be read')
  return sessions
}

export const Identity = z.object({
  MediaContainer: z.object({
    machineIdentifier: z.string().min(1).max(200),
    version: z.string().min(1).max(100),
  }),
})

export const Root = z.object({ MediaContainer: z.object({ friendlyName: text }) })

const Item = z.object({ Media: many(Media) })
export const Metadata = z.object({
  MediaContainer: z.object({ Metadata: many(Item), Video: many(Item) }),
})

const Play = z.object({ sessionKey: text, ratingKey: text, state: text, viewOffset: number, transcodeSession: text })
export type PlayWire = z.infer<typeof Play>

const Notification = z.object({ type: text, PlaySessionStateNotification: many(Play) })
const Wrapped = z.object({ NotificationContainer: Notification })

export interface Notice {
  type: string
  plays: PlayWire[]
}

/** What was pushed. The event stream names the type beside it, the socket inside. Null for what is no such thing. */
export const parseNotice = (json: string, named?: string): Notice | null => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return null
  }
  const notice = Wrapped.safeParse(value).data?.NotificationContainer ?? Notification.safeParse(value).data
  const type = named ?? notice?.type
  return notice && type ? { type, plays: notice.PlaySessionStateNotification } : null
}
