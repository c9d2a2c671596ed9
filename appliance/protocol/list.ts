import { z } from 'zod'

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
})
export type PageQuery = z.infer<typeof PageQuery>

/** The shape of every list: `next` is the cursor of the following page, or null on the last one. */
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })
export interface List<T> {
  items: T[]
  next: string | null
}

/** ISO 8601 in UTC. */
export const Time = z.iso.datetime()
export const Id = z.string().min(1).max(200)
