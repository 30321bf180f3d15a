import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathInside } from '../../engine/files/pathInside.js';
import { InfillError } from '../../shared/infillError.js';
import { isDiskFull } from '../isDiskFull.js';
import type { HubFile } from './chooseFiles.js';
import { hubError } from './hubError.js';
import { hubNames } from './hubId.js';
import {
  type HubAccess,
  isTransient,
  openHubBlob,
  type RepositoryFile,
  type Seen,
  watchedFetch,
} from './openHubBlob.js';

export interface FileTask extends RepositoryFile {
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Bytes of this file that are there so far; may go down when a damaged part is thrown away. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Downloads one file of a repository to `folder`, unless it is there already. A transfer that breaks is continued where it
 * stopped, by a range request; what was received by an earlier run is kept too. Nothing is written past the announced length, and
 * the content is compared with the hub's checksum before the file gets its name. Throws InfillError download-failed, or the
 * signal's reason.
 *
 * The hub also offers its newer "xet" transfer; plain requests are used because only they can be continued at any byte.
 */
export async function downloadHubFile(task: FileTask, access: HubAccess): Promise<void> {
  const origin = hubNames(task.repository);
  const target = await pathInside(task.folder, task.file.path, origin);
  const part = await pathInside(task.folder, `${task.file.path}.part`, origin);
  if ((await sizeOf(target)) === task.file.bytes && (await hashOf(target, task)) === task.file.hash.hex) {
    task.onBytes(task.file.bytes);
    return;
  }
  const wasResumed = (await receivedOf(part)) > 0;
  const found = await receive(task, access, part);
  if (found !== task.file.hash.hex && wasResumed) {
    await rm(part, { force: true }); // what was there before may be what is wrong
    await checkHash(await receive(task, access, part), task, part);
  } else {
    await checkHash(found, task, part);
  }
  await rename(part, target);
}

/** Fills the partial file up to its full length, and answers the checksum of all of it. */
async function receive(task: FileTask, access: HubAccess, part: string): Promise<string> {
  const { file, signal } = task;
  if ((await receivedOf(part)) > file.bytes) {
    await rm(part);
  }
  let failures = 0;
  for (;;) {
    const before = await receivedOf(part);
    const seen: Seen = { failure: undefined, rangeIgnored: false };
    const own = watchedFetch(access.fetch, signal, seen);
    try {
      return await receiveOnce(task, { ...access, fetch: own }, part);
    } catch (error) {
      signal.throwIfAborted();
      if (isDiskFull(error)) {
        throw error; // no other try helps
      }
      if (seen.rangeIgnored || error instanceof TooLong) {
        await rm(part);
      }
      const cause = seen.failure ?? error;
      // A server that sends a little and gets stuck, again and again, makes no progress.
      failures = (await receivedOf(part)) - before >= PROGRESS ? 0 : failures + 1;
      const waitMs = access.retryMs[failures];
      if (waitMs === undefined || !isTransient(cause)) {
        throw hubError(cause, task.repository);
      }
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** Bytes of a transfer that broke for which the tries are counted anew. */
const PROGRESS = 100_000;

/** The server sends more than it has announced. */
class TooLong extends InfillError {
  constructor({ repository, file }: FileTask) {
    super(
      'download-failed',
      `${file.path} of ${repository} goes on after the ${file.bytes} bytes that the hub announced.`,
      'What was received is deleted; try again.',
    );
  }
}

async function receiveOnce(task: FileTask, access: HubAccess, part: string): Promise<string> {
  const { repository, file, signal } = task;
  const hash = newHash(file);
  let received = await addToHash(hash, part, signal);
  task.onBytes(received);
  const output = await open(part, 'a');
  try {
    if (received < file.bytes) {
      const blob = await openHubBlob(task, access);
      if (blob === null || blob.size !== file.bytes) {
        const what = blob === null ? 'is not there any more' : `has ${blob.size} bytes instead of ${file.bytes}`;
        throw new InfillError('download-failed', `${file.path} of ${repository} ${what}.`, 'Try again.');
      }
      const rest = received === 0 ? blob : blob.slice(received);
      for await (const bytes of rest.stream() as AsyncIterable<Uint8Array>) {
        signal.throwIfAborted();
        if (received + bytes.length > file.bytes) {
          throw new TooLong(task); // leaving the loop ends the transfer
        }
        await writeAll(output, bytes);
        hash.update(bytes);
        received += bytes.length;
        task.onBytes(received);
      }
    }
  } finally {
    await output.close();
  }
  if (received !== file.bytes) {
    throw new Error(`${file.path} ended after ${received} of ${file.bytes} bytes`);
  }
  return hash.digest('hex');
}

async function checkHash(found: string, { repository, file }: FileTask, part: string): Promise<void> {
  if (found !== file.hash.hex) {
    await rm(part, { force: true });
    throw new InfillError(
      'download-failed',
      `${file.path} of ${repository} arrived damaged: its checksum is ${found}, the hub says ${file.hash.hex}.`,
      'What was received is deleted; try again.',
    );
  }
}

function newHash({ hash, bytes }: HubFile): Hash {
  return hash.kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`);
}

async function hashOf(file: string, { file: expected, signal }: FileTask): Promise<string> {
  const hash = newHash(expected);
  await addToHash(hash, file, signal);
  return hash.digest('hex');
}

/** Adds a file to a checksum and answers its length; 0 where it is not there. */
async function addToHash(hash: Hash, file: string, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  if ((await receivedOf(file)) > 0) {
    await pipeline(
      createReadStream(file, { highWaterMark: 1 << 20 }),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
        }
      },
      { signal },
    );
  }
  return bytes;
}

/** Bytes of a file; undefined where it is not there. */
export async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}

/** Bytes of a partial file that are there, none if it is not. */
async function receivedOf(part: string): Promise<number> {
  return (await sizeOf(part)) ?? 0;
}

async function writeAll(output: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await output.write(bytes, done)).bytesWritten;
  }
}
