import { z } from 'zod'
import type { HttpRequest } from '../http.ts'
import { Ancestors, PublicInfo, parseSessions, type SessionWire, SystemInfo } from './wire.ts'

/** A play queue of thousands of entries makes an answer of megabytes. */
const sessionsMaxBytes = 16e6

export interface MediaBrowserClient {
  publicInfo(signal: AbortSignal): Promise<PublicInfo>
  /** Throws unless the key is good. */
  prove(signal: AbortSignal): Promise<void>
  sessions(signal: AbortSignal): Promise<SessionWire[]>
  /** Name of the library that an item lies in; null when it lies in none. */
  libraryOf(itemId: string, signal: AbortSignal): Promise<string | null>
  message(sessionId: string, text: string, signal: AbortSignal): Promise<void>
  /** Sends the command. That it was sent says nothing about what the player does. */
  stop(sessionId: string, signal: AbortSignal): Promise<void>
  /** Takes every token of the device back, which also ends what it plays. */
  signOut(deviceId: string, signal: AbortSignal): Promise<void>
}

export const segment = encodeURIComponent

/** How long a message stays on the player's screen; without a time some wait for somebody to press OK. */
export const messageTimeoutMs = 15_000

/** What both servers are asked in the same words. `ask` and `send` prove who we are, `askAnyone` does not. */
export const createCalls = (http: {
  askAnyone<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T>
  ask<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T>
  send(request: HttpRequest): Promise<void>
}): Omit<MediaBrowserClient, 'message' | 'signOut'> => ({
  publicInfo: (signal) => http.askAnyone({ path: '/System/Info/Public', signal }, PublicInfo),
  prove: async (signal) => void (await http.ask({ path: '/System/Info', signal }, SystemInfo)),
  sessions: async (signal) =>
    parseSessions(await http.ask({ path: '/Sessions', maxBytes: sessionsMaxBytes, signal }, z.unknown())),
  libraryOf: async (itemId, signal) => {
    const ancestors = await http.ask({ path: `/Items/${segment(itemId)}/Ancestors`, signal }, Ancestors)
    return ancestors.find((one) => one.Type === 'CollectionFolder')?.Name ?? null
  },
  stop: (sessionId, signal) =>
    http.send({ method: 'POST', path: `/Sessions/${segment(sessionId)}/Playing/Stop`, signal }),
})
