import { constants, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { type BigIntStats, readSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../shared/errorCode.js';
import { InfillError } from '../../shared/infillError.js';
import { readBoundedText } from './boundedFile.js';
import { pathInside, type NameOrigin } from './pathInside.js';

/** A file of a model or of a checkpoint, that is, one that somebody else has written. */
export interface ForeignFile {
  /** Where the file really lies: links are followed. */
  readonly real: string;
  readonly bytes: number;
  /** As `stat` says it. */
  readonly stats: BigIntStats;
}

export interface OpenedForeignFile extends ForeignFile {
  /** For reading; to be closed by the caller. */
  readonly handle: FileHandle;
}

/**
 * Looks at a file from outside without opening it. Every file of a model or checkpoint comes through here or through the functions
 * below: opening a named pipe waits for ever, opening a device may do anything, and a link out of the folder would bring a file of the
 * person's into a model; see `pathInside`.
 * Throws InfillError: model-missing (not there, or not readable), model-corrupt (no regular file in its folder).
 */
export async function inspectForeignFile(file: string): Promise<ForeignFile> {
  const { folder, name } = await placeOf(file);
  const real = await orMissing(file, realpath(await pathInside(folder, name, originOf(folder))));
  const stats = await orMissing(file, stat(real, { bigint: true }));
  return { real, bytes: Number(stats.size), stats };
}

/** Opens a file from outside for reading. Errors as for `inspectForeignFile`. */
export async function openForeignFile(file: string): Promise<OpenedForeignFile> {
  const { real } = await inspectForeignFile(file);
  // Not blocking, in case that it has become a pipe since. Windows has no such flag, and no such pipes.
  const flags = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);
  const handle = await orMissing(file, open(real, flags));
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw damaged(file, 'it is no plain file');
    return { real, bytes: Number(stats.size), stats, handle };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The text of a file from outside. `kind` = the file of `largestBytes` that it is, where it may have another name.
 * Throws as `inspectForeignFile` does; also InfillError model-corrupt where it is larger than such files are.
 */
export async function readForeignText(file: string, kind = path.basename(file)): Promise<string> {
  const { folder, name } = await placeOf(file);
  return orMissing(file, readBoundedText(folder, name, originOf(folder), kind));
}

/** The value in a JSON file from outside. Throws as `readForeignText` does; also InfillError model-corrupt where it is no JSON. */
export async function readForeignJson(file: string): Promise<unknown> {
  return parseForeignJson(await readForeignText(file), file);
}

/** `text` = what `file` holds. Throws InfillError model-corrupt. */
export function parseForeignJson(text: string, file: string): unknown {
  if (text.startsWith(POINTER)) throw onlyPointer(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(file, `it is not valid JSON (${error instanceof Error ? error.message : String(error)})`, error);
  }
}

/** Reads `length` bytes at `offset` of an open file; fewer are an error, InfillError model-corrupt. */
export async function readExactly(handle: FileHandle, offset: number, length: number, file: string): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length); // not pooled: typed arrays over it need alignment
  await readExactlyTo(handle, buffer, offset, file);
  return buffer;
}

/** As `readExactly`, into `target`, which can be used again and again. */
export async function readExactlyTo(handle: FileHandle, target: Buffer, offset: number, file: string): Promise<void> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await handle.read(target, done, target.length - done, offset + done);
    if (bytesRead === 0) throw damaged(file, `it ends at byte ${offset + done}`);
    done += bytesRead;
  }
}

/** As `readExactly`, into `target` and on the calling thread: for many small reads, each of which takes less than to wait for it. */
export function readExactlyInto(handle: FileHandle, target: Uint8Array, offset: number, file: string): void {
  let done = 0;
  while (done < target.length) {
    const bytesRead = readSync(handle.fd, target, done, target.length - done, offset + done);
    if (bytesRead === 0) throw damaged(file, `it ends at byte ${offset + done}`);
    done += bytesRead;
  }
}

/** What git leaves in the place of a large file where its extension for these, Git LFS, is not installed, begins so. */
export const POINTER = 'version https://git-lfs.github.com/spec/';

/** The error for a file that holds `POINTER` instead of what it should. */
export function onlyPointer(file: string): InfillError {
  return new InfillError(
    'model-missing',
    `The file ${file} is only a pointer that git left in its place (Git LFS); the file itself was not downloaded.`,
    'Run "git lfs install" and "git lfs pull" in its folder, or download the file from the page of the model.',
  );
}

/** `problem` completes "The file … is damaged: …". */
export function damaged(file: string, problem: string, cause?: unknown): InfillError {
  const remedy = 'Get the model again and replace its folder.';
  return new InfillError('model-corrupt', `The file ${file} is damaged: ${problem}.`, remedy, { cause });
}

/** The folder by its real path, so that the hub's cache is known for what it is also where a link leads to it. */
async function placeOf(file: string): Promise<{ readonly folder: string; readonly name: string }> {
  return { folder: await orMissing(file, realpath(path.dirname(file))), name: path.basename(file) };
}

function originOf(folder: string): NameOrigin {
  const remedy = 'Put the file itself into the folder, or get the model again.';
  return { code: 'model-corrupt', who: `The folder ${folder}`, remedy };
}

async function orMissing<T>(file: string, looked: Promise<T>): Promise<T> {
  try {
    return await looked;
  } catch (error) {
    if (error instanceof InfillError) throw error;
    const code = errorCode(error);
    const why = code === 'ENOENT' ? 'it is not there' : String(code ?? error);
    const remedy = 'Get the model again, or check the permissions of its folder.';
    throw new InfillError('model-missing', `The file ${file} cannot be read: ${why}.`, remedy, { cause: error });
  }
}
