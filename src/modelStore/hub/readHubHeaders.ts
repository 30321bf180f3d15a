import { setTimeout as sleep } from 'node:timers/promises';
import { parseSafetensorsHeader, type SafetensorsHeader } from '../../engine/network/folder/safetensors.js';
import type { HubFile } from './chooseFiles.js';
import { hubError } from './hubError.js';
import { type HubAccess, isTransient, openHubBlob, type Seen, watchedFetch } from './openHubBlob.js';

/** Each header takes six requests, one after the other; large checkpoints have more than a hundred. */
const AT_ONCE = 8;

export interface HeadersTask {
  readonly repository: string;
  /** A commit, so that all files belong together. */
  readonly revision: string;
  readonly files: readonly HubFile[];
  readonly signal: AbortSignal;
}

/**
 * Reads the headers of weight files by range requests, a fraction of a thousandth of what the files have: enough to refuse what cannot be
 * converted before it is downloaded. By the files' names; undefined where the server sends no parts of files.
 * Throws InfillError download-failed, model-corrupt (no safetensors file), or the signal's reason.
 */
export async function readHubHeaders(
  task: HeadersTask,
  access: HubAccess,
): Promise<ReadonlyMap<string, SafetensorsHeader> | undefined> {
  const headers = new Map<string, SafetensorsHeader>();
  for (let from = 0; from < task.files.length; from += AT_ONCE) {
    const some = task.files.slice(from, from + AT_ONCE);
    const read = await Promise.all(some.map(async (file) => readHeader(file, task, access)));
    for (const [i, header] of read.entries()) {
      if (header === undefined) return undefined;
      headers.set(some[i]?.path ?? '', header);
    }
  }
  return headers;
}

async function readHeader(
  file: HubFile,
  { repository, revision, signal }: HeadersTask,
  access: HubAccess,
): Promise<SafetensorsHeader | undefined> {
  for (let failures = 0; ;) {
    const seen: Seen = { failure: undefined, rangeIgnored: false };
    try {
      const blob = await openHubBlob(
        { repository, revision, file },
        { ...access, fetch: watchedFetch(access.fetch, signal, seen) },
      );
      if (blob === null) throw new Error(`${file.path} is not there any more`);
      const read = (offset: number, length: number): Promise<Buffer> =>
        boundedBytes(blob.slice(offset, offset + length), length, file.path);
      return await parseSafetensorsHeader(read, file.bytes, `${repository}/${file.path}`);
    } catch (error) {
      signal.throwIfAborted();
      if (seen.rangeIgnored) return undefined;
      const cause = seen.failure ?? error;
      const waitMs = access.retryMs[++failures];
      if (waitMs === undefined || !isTransient(cause)) throw hubError(cause, repository);
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** Exactly `length` bytes of a transfer, however many the server sends. */
async function boundedBytes(blob: Blob, length: number, name: string): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let received = 0;
  if (length > 0) {
    for await (const part of blob.stream() as AsyncIterable<Uint8Array>) {
      if (received + part.length > length) throw new Error(`the server sends more of ${name} than was asked for`);
      bytes.set(part, received);
      received += part.length;
    }
  }
  if (received !== length) throw new Error(`${name} ended after ${received} of ${length} bytes`);
  return bytes;
}
