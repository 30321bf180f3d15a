import { setImmediate as others } from 'node:timers/promises';
import type { Context } from 'hono';
import type * as z from 'zod';
import { InfillError } from '../../shared/infillError.js';

/** Longer ones no route wants; what is wrong in each of their items would be listed before their length is looked at. */
const LONGEST_ARRAY = 2000;

/** UTF-16 units that are read at once; reading more can take as long as computing, and others wait meanwhile. */
const SHORT = 128 * 1024;

/**
 * A request's body as `schema` wants it.
 *
 * @param inTurn does what takes long when it is the client's turn
 * @throws InfillError `invalid-request` that names what is wrong, or what `inTurn` throws
 */
export async function readJson<T>(
  c: Context,
  schema: z.ZodType<T>,
  inTurn: (work: () => Promise<T>) => Promise<T>,
): Promise<T> {
  const text = await c.req.text().catch(() => '');
  if (text.length <= SHORT) return parsed(text, schema);
  return inTurn(async () => {
    await others(); // whoever has come meanwhile is next
    return parsed(text, schema);
  });
}

function parsed<T>(text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InfillError('invalid-request', 'The body is no JSON.', 'Send one JSON object.');
  }
  if (hasLongArray(value)) {
    throw new InfillError('invalid-request', `A list has more than ${String(LONGEST_ARRAY)} items.`, 'Send fewer.');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
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
