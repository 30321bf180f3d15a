import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../shared/errorCode.js';
import { greet, Stranger } from '../link/handshake.js';
import { connectLocally } from '../link/localSocket.js';
import { ProcessFiles } from '../link/processFiles.js';
import { type ProcessRecord, readRecord, withdrawRecord } from '../link/record.js';
import { readSigns } from '../link/signsFile.js';
import { StartedProcess } from './startedProcess.js';

/** Between two looks for a process that was just started. */
const LOOK_MS = 10;
/** A process that does not answer, and gives no sign of life for so long, has stopped. */
const SILENT_MS = 30_000;
/** Before a process is tried again that closed the connection. */
const ENDING_MS = 100;
/** So often another process ends just as it is joined, at most. */
const TRIES = 10;

export interface JoinParts {
  readonly folder: string;
  readonly key: string;
  /** The program of the process. */
  readonly bundle: string;
  /** Told of the process that is about to be joined, which has this window's mark from then on. */
  readonly onJoining: (files: ProcessFiles) => void;
  /** Told of a process that was started. */
  readonly onStarted: (started: StartedProcess) => void;
}

export interface Joined {
  readonly stream: Duplex;
  readonly record: ProcessRecord;
}

/**
 * Finds the process that serves a key, or starts it. Of several windows that start one, all join the same.
 *
 * @throws Error with the reason why there can be no such process
 */
export async function joinProcess(parts: JoinParts): Promise<Joined> {
  let reason: unknown = new Error('the process for all windows ended again and again');
  for (let tries = 0; tries < TRIES; tries++) {
    const record = readRecord(parts.folder, parts.key) ?? (await startOne(parts));
    if (record === undefined) continue; // one that was quicker has ended by now
    const files = new ProcessFiles(parts.folder, record.name);
    parts.onJoining(files);
    try {
      return { stream: await connected(record, files), record };
    } catch (error) {
      reason = error;
      const isGone = ['ECONNREFUSED', 'ENOENT'].includes(String(errorCode(error)));
      if (error instanceof Silent && !files.hasOtherWindows) {
        process.kill(record.pid, 'SIGKILL'); // nobody needs it, and its address leads to it, so the number is its own
      } else if (!isGone && readRecord(parts.folder, parts.key)?.name === record.name) {
        if (error instanceof Stranger || error instanceof Silent) throw error;
        await sleep(ENDING_MS); // it ends just now, and its record will be of no use in a moment
        continue;
      }
      files.unmark();
      withdrawRecord(parts.folder, parts.key, record.name);
      if (isGone && !files.hasOtherWindows) files.remove(); // one may still read how it ended
    }
  }
  throw reason;
}

/** No answer, and no sign of life either. */
class Silent extends Error {}

async function connected(record: ProcessRecord, files: ProcessFiles): Promise<Duplex> {
  const stream = await connectLocally(record.address);
  const waiting = new AbortController();
  try {
    await Promise.race([
      greet(stream, Buffer.from(record.secret, 'hex')),
      untilSilent(files.signs, waiting.signal).then(() => {
        throw new Silent('the process there does not answer');
      }),
    ]);
    return stream;
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    waiting.abort();
  }
}

/** A process that computes looks at nobody who comes meanwhile, but it gives signs of life. */
async function untilSilent(signs: string, signal: AbortSignal): Promise<void> {
  let last = readSigns(signs)?.number;
  for (let since = 0; since < SILENT_MS; since += SILENT_MS / 30) {
    await sleep(SILENT_MS / 30, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return new Promise(() => undefined);
    const now = readSigns(signs)?.number;
    if (now !== last) since = 0;
    last = now;
  }
}

/** Starts a process, and waits until one serves the key: this one, or another that was quicker. */
async function startOne(parts: JoinParts): Promise<ProcessRecord | undefined> {
  const { folder, key, bundle, onJoining, onStarted } = parts;
  const files = new ProcessFiles(folder, ProcessFiles.newName());
  onJoining(files); // first, so that it never finds itself alone
  const started = new StartedProcess(bundle, key, files);
  onStarted(started);
  for (;;) {
    const { exit } = started;
    const record = readRecord(folder, key);
    if (record !== undefined) return record;
    if (exit?.code === 0) return undefined;
    if (exit !== undefined) throw new Error('the process for all windows ended as soon as it was started');
    await sleep(LOOK_MS);
  }
}
