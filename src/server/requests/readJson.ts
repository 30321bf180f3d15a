import type { Context } from 'hono';
import type * as z from 'zod';
import { InfillError } from '../../shared/infillError.js';

/** Longer ones no route wants; what is wrong in each of their items would be listed before their length is looked at. */
const LONGEST_ARRAY = 2000;

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
  if (hasLongArray(value)) {
    throw new InfillError('invalid-request', `A list has more than ${String(LONGEST_ARRAY)} items.`, 'Send fewer.');
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

function hasLongArray(value: unknown): boolean {
  const left = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next) && next.length > LONGEST_ARRAY) return true;
    for (const each of Object.values(next)) if (typeof each === 'object') left.push(each);
  }
  return false;
}
