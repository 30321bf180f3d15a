import type { Context } from 'hono';
import type * as z from 'zod';
import { InfillError } from '../../shared/infillError.js';

/**
 * A request's body as `schema` wants it.
 *
 * @throws InfillError `invalid-request` that names what is wrong
 */
export async function readJson<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    value = JSON.parse(await c.req.text());
  } catch {
    throw new InfillError('invalid-request', 'The body is no JSON.', 'Send one JSON object.');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The body' : `"${issue.path.join('.')}"`;
  throw new InfillError(
    'invalid-request',
    `${where}: ${issue?.message ?? 'not as it has to be'}.`,
    'See /openapi.json.',
  );
}
