import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathInside } from '../../engine/files/pathInside.js';
import { errorCode } from '../../shared/errorCode.js';

/** Milliseconds. */
export interface LockTiming {
  /** How often the holder shows that it lives. */
  readonly beat: number;
  /** How often one that waits looks. */
  readonly poll: number;
  /** A holder that has shown no life for as long, while one that waits looked on, is gone. */
  readonly stale: number;
}

/** The folder `name` in `parent`, whether it is there or not. */
export interface LockedFolder {
  readonly parent: string;
  readonly name: string;
}

export interface LockOptions extends LockedFolder {
  readonly signal: AbortSignal;
  /** Called once where another one holds the lock. */
  readonly onWait: () => void;
  readonly timing?: LockTiming;
}

const TIMING: LockTiming = { beat: 2000, poll: 500, stale: 30_000 };
/** Longer than it takes one that waits from seeing a stale lock to removing it. */
const SETTLE_MS = 200;

/**
 * Calls `use` while no other process (an editor's, a command line's) has the same folder under its hands; waits for it first where
 * need be. The lock is a file beside the folder that names its holder and is touched again and again, so that the lock of a process
 * that was killed is known: its process is not there, or the file is touched no more. How long it was not is measured by the one
 * that waits, because clocks jump and machines sleep.
 * Throws the signal's reason, what `use` throws, or InfillError invalid-request where no lock of this name can be.
 */
export async function withFolderLock<T>(options: LockOptions, use: () => Promise<T>): Promise<T> {
  const { timing = TIMING } = options;
  await mkdir(options.parent, { recursive: true });
  const file = await lockFile(options);
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  const handle = await acquire(file, mine, { ...options, timing });
  const touch = (): void => {
    const now = new Date();
    handle.utimes(now, now).catch(() => undefined); // a missed beat is no harm, and a lock that is lost is seen by others
  };
  const heart = setInterval(touch, timing.beat).unref();
  try {
    return await use();
  } finally {
    clearInterval(heart);
    await release(file, handle, mine);
  }
}

/** Whether a process seems to hold this lock. */
export async function isLocked(locked: LockedFolder): Promise<boolean> {
  const file = await lockFile(locked);
  const holder = await contentOf(file);
  const touched = (await stat(file).catch(() => undefined))?.mtimeMs;
  return holder !== undefined && touched !== undefined && !isGone(holder) && Date.now() - touched < TIMING.stale;
}

/** It begins with a dot, as no folder does that is listed. */
async function lockFile({ parent, name }: LockedFolder): Promise<string> {
  const remedy = 'Delete what stands in its place, or use a shorter name.';
  const origin = { code: 'invalid-request', who: `The lock of ${path.join(parent, name)}`, remedy } as const;
  return pathInside(parent, `.lock-${name.replace(/^\./, '')}`, origin);
}

async function acquire(
  file: string,
  mine: string,
  { signal, onWait, timing }: LockOptions & { readonly timing: LockTiming },
): Promise<FileHandle> {
  let isWaiting = false;
  let wasStale = false;
  let seen = '';
  let seenAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const handle = await create(file, mine);
    if (handle !== undefined) {
      if (!wasStale) {
        return handle;
      }
      await sleep(SETTLE_MS); // another one that saw the same stale lock may have removed this one instead
      if ((await contentOf(file)) === mine) {
        return handle;
      }
      await handle.close();
    }
    const holder = await contentOf(file);
    const state = `${holder} ${(await stat(file).catch(() => undefined))?.mtimeMs ?? 0}`;
    if (state !== seen) {
      seen = state;
      seenAt = performance.now();
    }
    wasStale = (holder !== undefined && isGone(holder)) || performance.now() - seenAt >= timing.stale;
    if (wasStale) {
      await removeStale(file, holder);
    } else {
      if (!isWaiting) {
        isWaiting = true;
        onWait();
      }
      await sleep(timing.poll, undefined, { signal });
    }
  }
}

/** Moves it away first, and looks what that was: another one may have been quicker, and put a lock of its own in its place. */
async function removeStale(file: string, stale: string | undefined): Promise<void> {
  const away = `${file}-${randomUUID()}`;
  try {
    await rename(file, away);
  } catch {
    return; // another one has removed it
  }
  if ((await contentOf(away)) === stale) {
    await rm(away, { force: true });
  } else {
    await rename(away, file);
  }
}

/** undefined where the lock is another's. */
async function create(file: string, mine: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'wx');
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      return undefined;
    }
    throw error;
  }
  try {
    await handle.writeFile(mine);
    return handle;
  } catch (error) {
    await handle.close();
    await rm(file, { force: true }); // a full disk, for example
    throw error;
  }
}

async function release(file: string, handle: FileHandle, mine: string): Promise<void> {
  await handle.close();
  if ((await contentOf(file)) === mine) {
    await rm(file, { force: true });
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** Whether the holder ran on this machine and runs no more. */
function isGone(holder: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(holder);
  } catch {
    return false; // just being written
  }
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('host' in value)) {
    return false;
  }
  const { pid, host } = value;
  if (host !== hostname() || typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) {
    return false;
  }
  try {
    process.kill(pid, 0); // sends nothing
    return false;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}
