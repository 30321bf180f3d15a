import type * as z from 'zod';

/** A member that may be left out, or null, as many clients write what they have no opinion of. */
export function mayBeLeftOut<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}
