import { readdir, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../shared/errorCode.js';
import { InfillError } from '../../shared/infillError.js';
import type { KeptImport, ModelSource } from '../../shared/modelImport.js';
import { readAbout } from '../files/aboutFile.js';
import { isLocked, type LockedFolder, withFolderLock } from '../files/withFolderLock.js';
import { MAIN } from '../hub/hubId.js';
import { userModelsFolder } from '../modelNames.js';
import { importFolders } from './importFolder.js';

/** One folder of what is kept. */
interface KeptFolder extends KeptImport {
  readonly place: LockedFolder;
}

/** The folder of downloads in a person's data folder. */
export function downloadsFolder(data: string): string {
  return path.join(data, 'downloads');
}

/** What imports that did not end have left to go on with, by source. */
export async function keptImports(data: string): Promise<readonly KeptImport[]> {
  const bySource = new Map<string, KeptImport>();
  for (const { source, called, bytes, isActive } of await keptFolders(data)) {
    const known = bySource.get(source);
    bySource.set(source, {
      source,
      called: known?.called ?? called, // the downloads come first, and know what was asked for
      bytes: bytes + (known?.bytes ?? 0),
      isActive: isActive || (known?.isActive ?? false),
    });
  }
  return [...bySource.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

/** What is kept of one source; undefined where nothing is. */
export async function keptImport(data: string, source: ModelSource): Promise<KeptImport | undefined> {
  const called = source.kind === 'hub' ? source.repository : await realpath(source.folder).catch(() => source.folder);
  return (await keptImports(data)).find((each) => each.source === called);
}

/**
 * Deletes what is kept of `source` (a repository, or the path of a folder), or all of it where that is absent, and answers what that was.
 * Throws InfillError invalid-request where there is nothing, or where it is being added at this moment.
 */
export async function discardKept(data: string, source?: string, signal?: AbortSignal): Promise<readonly KeptImport[]> {
  const folders = (await keptFolders(data)).filter((each) => source === undefined || each.source === source);
  if (folders.length === 0 && source !== undefined) {
    const remedy = '"infill models kept" lists what is.';
    throw new InfillError('invalid-request', `Nothing is kept of ${source}.`, remedy);
  }
  const active = folders.find(({ isActive }) => isActive);
  if (active !== undefined) {
    const remedy = 'Cancel that first, or wait for its end.';
    throw new InfillError('invalid-request', `${active.source} is being added at this moment.`, remedy);
  }
  for (const { place } of folders) {
    const folder = path.join(place.parent, place.name);
    // It has only just begun, or its process has gone without a word, which is known after a while.
    const options = { ...place, signal: signal ?? new AbortController().signal, onWait: () => undefined };
    await withFolderLock(options, async () => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  }
  return folders.map(({ source: own, called, bytes }) => ({ source: own, called, bytes, isActive: false }));
}

async function keptFolders(data: string): Promise<readonly KeptFolder[]> {
  const downloads = downloadsFolder(data);
  const models = userModelsFolder(data);
  const received = await Promise.all(
    (await foldersIn(downloads)).map(async (name): Promise<KeptFolder> => {
      const source = name.replace('--', '/');
      const revision = await readAbout(path.join(downloads, name), 'revision');
      const called = revision === undefined || revision === MAIN ? source : `${source}@${revision}`;
      return keptFolder({ parent: downloads, name }, source, called);
    }),
  );
  const converted = await Promise.all(
    (await importFolders(data)).map(async (name): Promise<KeptFolder> => {
      const folder = path.join(models, name);
      const source = (await readAbout(folder, 'source')) ?? folder;
      return keptFolder({ parent: models, name }, source, source);
    }),
  );
  return [...received, ...converted];
}

async function keptFolder(place: LockedFolder, source: string, called: string): Promise<KeptFolder> {
  const bytes = await bytesIn(path.join(place.parent, place.name));
  return { place, source, called, bytes, isActive: await isLocked(place) };
}

async function foldersIn(parent: string): Promise<readonly string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

/** What the files in a folder take of the disk: files that are being written are as long from the start as they will be. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const sizes = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? 0 : Math.min(found.size, 512 * found.blocks);
    }),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
