import type { Events } from '../lib/events.ts'

export type EventType =
  | 'request'
  | 'play'
  | 'pause'
  | 'resume'
  | 'buffer'
  | 'seek'
  | 'terminate'
  | 'message'
  | 'stopped'
  | 'stream-open'
  | 'stream-refused'
  | 'stream-close'
  | 'notification'

export type PlexEvents = Events<EventType>
