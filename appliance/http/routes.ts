import { z } from 'zod'
import type { Routes } from '#protocol/api.ts'
import type { Hub } from './hub.ts'

const Status = z.object({
  claimed: z.boolean(),
  siteName: z.string(),
  timeZone: z.string(),
  version: z.string(),
  /** SHA-256 of the root certificate, to compare with what the box's screen shows. */
  certificate: z.string().nullable(),
  httpsPort: z.number().nullable(),
})
export type Status = z.infer<typeof Status>

export const createHttpRoutes =
  (deps: { hub: Hub; status: () => Status }): Routes =>
  (api) => {
    api.get(
      '/status',
      {
        summary: 'What a stranger may know: is the box claimed, and what is it called',
        access: 'public',
        answer: Status,
      },
      deps.status,
    )

    api.post(
      '/live/ticket',
      {
        summary: 'A ticket for the live WebSocket',
        detail: 'Good once, for 30 seconds, at `/api/v1/live?ticket=`.',
        access: 'signed-in',
        answer: z.object({ ticket: z.string() }),
      },
      (call) => {
        call.person()
        return { ticket: deps.hub.ticket(call.caller as NonNullable<typeof call.caller>) }
      },
    )
  }
