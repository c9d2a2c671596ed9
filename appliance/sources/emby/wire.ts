import { z } from 'zod'
import { id } from '../mediabrowser/wire.ts'

/** The server counts its devices; what a device calls itself, as in a session, stands beside that number. */
export const Devices = z.object({
  Items: z.array(z.object({ Id: id, ReportedDeviceId: id })).max(100_000),
})
