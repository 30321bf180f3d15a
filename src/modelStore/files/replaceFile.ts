import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { access, constants, copyFile, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../shared/errorCode.js';

/** The file no longer holds what it was expected to hold; nothing was written. */
export class FileChangedError extends Error {
  override readonly name = 'FileChangedError';
}

/** A file that was written in place holds neither the old bytes nor the new ones; the old ones are in `copy`. */
export class FileDamagedError extends Error {
  override readonly name = 'FileDamagedError';

  constructor(
    readonly copy: string,
    options: ErrorOptions,
  ) {
    super(`it was cut off while it was written; what it held before is in ${copy}`, options);
  }
}

/**
 * Gives a file other content. A reader, also one after a power failure, sees the old bytes or the new ones, never part of
 * either: they are written beside it, flushed, and renamed. Its mode is kept, and its owner. Of a symbolic link the target
 * is replaced. A file with several names (hard links), or with an owner that a new file may not be given, is written in
 * place, as Vim and Helix do, with a copy beside it for as long as that takes. A file that does not exist comes to be,
 * folders included.
 *
 * @param expected the bytes that the file must still hold when it is replaced; absent = whatever it holds.
 * @throws FileChangedError when it holds others, FileDamagedError, and the errors of node:fs. After all but
 * FileDamagedError the file is as it was.
 */
export async function replaceFile(file: string, bytes: Uint8Array, expected?: Uint8Array): Promise<void> {
  const target = await realpath(file).catch(orIfMissing(file));
  const before = await stat(target).catch(orIfMissing(undefined));
  const folder = path.dirname(target);
  const beside = path.join(folder, `.infill-${randomUUID()}.tmp`); // a name made of the file's might be too long
  try {
    if (before === undefined) {
      if (expected !== undefined) throw new FileChangedError();
      await mkdir(folder, { recursive: true });
      await writeWhole(beside, 'wx', bytes);
      await rename(beside, target);
    } else if (await copyBeside(target, before, beside)) {
      await writeWhole(beside, 'r+', bytes);
      await refuseChanged(target, expected);
      await rename(beside, target);
    } else {
      await refuseChanged(target, expected);
      await writeInPlace(target, bytes, beside);
    }
  } finally {
    await rm(beside, { force: true });
  }
  await flushFolder(folder);
}

/** Copies a file with what the system keeps of it. Answers whether the copy can take its place. */
async function copyBeside(target: string, before: Stats, beside: string): Promise<boolean> {
  if (!before.isFile()) throw new Error('it is not a regular file');
  await access(target, constants.W_OK); // a rename would go over a file that is marked as read-only
  await copyFile(target, beside, constants.COPYFILE_EXCL);
  if (before.nlink > 1) return false;
  const handle = await open(beside, 'r+');
  try {
    const { uid, gid } = await handle.stat();
    if (uid !== before.uid || gid !== before.gid) {
      await handle.chown(before.uid, before.gid);
      await handle.chmod(before.mode & 0o7777); // a change of the owner clears bits of it
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EPERM') return false;
    throw error;
  } finally {
    await handle.close();
  }
}

/** @param copy a file beside it that holds the same; it stays where the old bytes cannot be brought back. */
async function writeInPlace(target: string, bytes: Uint8Array, copy: string): Promise<void> {
  const old = await readFile(copy);
  await writeWhole(copy, 'r+', old); // flushed
  try {
    await writeWhole(target, 'r+', bytes);
  } catch (error) {
    await writeWhole(target, 'r+', old).catch(async () => {
      const kept = `${copy.slice(0, -'.tmp'.length)}.copy`;
      await rename(copy, kept);
      throw new FileDamagedError(kept, { cause: error });
    });
    throw error;
  }
}

/** Makes `bytes` all that a file holds, and flushes it. Nothing is cut off before the new bytes stand. */
async function writeWhole(file: string, flags: 'wx' | 'r+', bytes: Uint8Array): Promise<void> {
  const handle = await open(file, flags);
  try {
    await handle.writeFile(bytes);
    await handle.truncate(bytes.length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function refuseChanged(target: string, expected: Uint8Array | undefined): Promise<void> {
  if (expected === undefined) return;
  const now = await readFile(target).catch(orIfMissing(undefined));
  if (now === undefined || !now.equals(expected)) throw new FileChangedError();
}

/** A new name outlives a power failure only where its folder is flushed, which not every system offers. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function orIfMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (errorCode(error) === 'ENOENT') return value;
    throw error;
  };
}
