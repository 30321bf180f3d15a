import * as z from 'zod';
import { InfillError } from '../../shared/infillError.js';

/** Bytes of one answer. A page of a list has a thousand files, some 0.5 MB. */
const MOST_BYTES = 8e6;
/** Of one list. The largest checkpoints have some hundreds of files at their top. */
const MOST_ENTRIES = 20_000;
const MOST_PAGES = 50;

const size = z.int().nonnegative(); // z.int() is a safe integer
const entry = z.object({ type: z.string() });
const fileEntry = z.object({
  path: z.string(),
  size,
  oid: z.string().optional(),
  lfs: z.object({ oid: z.string(), size }).optional(),
});
const info = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/, 'must be 40 hexadecimal digits'),
  tags: z.array(z.string()),
});

// The library believes the JSON that it is sent. So it is read here first, up to a largest size, and checked; both functions
// answer a fetch for the library, which throws InfillError download-failed. Answers that are no success are left to the library.

/** For what the hub says of a model: the id of the commit, and its tags. */
export function infoFetch(own: typeof fetch, repository: string): typeof fetch {
  const what = `what it says of ${repository}`;
  return async (input, init) =>
    checked(await own(input, init), what, (value) => {
      requireForm(info, value, what);
    });
}

/** For one list of files, page by page. */
export function listFetch(own: typeof fetch, repository: string): typeof fetch {
  const what = `its list of the files of ${repository}`;
  const paths = new Set<string>();
  let pages = 0;
  let entries = 0;
  return async (input, init) => {
    if (++pages > MOST_PAGES) {
      throw wrong(what, `has more than ${MOST_PAGES} pages`);
    }
    return checked(await own(input, init), what, (value) => {
      if (!Array.isArray(value)) {
        throw wrong(what, 'is no list');
      }
      entries += value.length;
      if (entries > MOST_ENTRIES) {
        throw wrong(what, `has more than ${MOST_ENTRIES} entries`);
      }
      for (const each of value) {
        if (requireForm(entry, each, what).type === 'file') {
          const { path } = requireForm(fileEntry, each, what);
          if (paths.has(path)) {
            throw wrong(what, 'names a file twice');
          }
          paths.add(path);
        }
      }
    });
  };
}

async function checked(response: Response, what: string, check: (value: unknown) => void): Promise<Response> {
  if (!response.ok) {
    return response;
  }
  const text = await boundedText(response, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(what, 'is no JSON', error);
  }
  check(value);
  return new Response(text, { headers: response.headers });
}

function requireForm<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw wrong(what, `is not of the right form${at}: ${issue?.message ?? ''}`, parsed.error);
}

async function boundedText(response: Response, what: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) {
      throw wrong(what, `is larger than ${MOST_BYTES / 1e6} MB`); // leaving the loop ends the transfer
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function wrong(what: string, problem: string, cause?: unknown): InfillError {
  return new InfillError(
    'download-failed',
    `The hub's answer cannot be used: ${what} ${problem}.`,
    'Try again later. If HF_ENDPOINT names a mirror, try without it.',
    { cause },
  );
}
