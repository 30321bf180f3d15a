import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { InfillError } from '../../shared/infillError.js';
import { ABOUT } from '../files/aboutFile.js';
import { isThere } from '../files/isThere.js';
import { isLocked, withFolderLock } from '../files/withFolderLock.js';
import { writeJsonFile } from '../files/writeJsonFile.js';
import { userModelsFolder } from '../modelNames.js';
import { sweepStaging } from './stagingFolder.js';

const PREFIX = '.import-';
/** What nobody has gone on with for so long is deleted when the next model is added; it can be converted again. */
const STALE_MS = 14 * 24 * 3600 * 1000;

/** What is converted how. Another one of these is another conversion. */
export interface ImportIdentity {
  /** The repository, or the folder: what a person calls it. */
  readonly source: string;
  readonly precision: string;
  /** What tells this version of the source's files. */
  readonly files: readonly string[];
}

/** Where one import works. */
export interface ImportFolder {
  /** The model folder that is being made. */
  readonly model: string;
  /** The conversion's journal. */
  readonly journal: string;
}

export interface ImportFolderOptions {
  readonly data: string;
  readonly signal: AbortSignal;
  /** Called where another process does the same. */
  readonly onWait: () => void;
}

/**
 * Calls `use` with the folder that belongs to this import, beside the added models, so that a finished one can be moved among them at
 * once. What is in it stays where `use` does not end, for the next call with the same identity; not where the source turned out to be
 * unusable. One process at a time uses it.
 */
export async function withImportFolder<T>(
  identity: ImportIdentity,
  { data, signal, onWait }: ImportFolderOptions,
  use: (folder: ImportFolder) => Promise<T>,
): Promise<T> {
  const parent = userModelsFolder(data);
  await mkdir(parent, { recursive: true });
  await sweepStaging(parent);
  await sweep(parent);
  const name = nameOf(identity);
  return withFolderLock({ parent, name, signal, onWait }, async () => {
    const folder = path.join(parent, name);
    const journal = path.join(folder, 'journal');
    await mkdir(folder, { recursive: true });
    const discard = async (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
    try {
      await writeJsonFile(path.join(folder, ABOUT), { source: identity.source, precision: identity.precision });
      const result = await use({ model: path.join(folder, 'model'), journal });
      await discard();
      return result;
    } catch (error) {
      const isUnusable =
        error instanceof InfillError && (error.code === 'model-corrupt' || error.code === 'model-unsupported');
      if (isUnusable || !(await isThere(journal))) await discard();
      throw error;
    }
  });
}

/** The folders of imports that did not end, by their names. */
export async function importFolders(data: string): Promise<readonly string[]> {
  const names = await readdir(userModelsFolder(data)).catch(() => []);
  return names.filter((name) => name.startsWith(PREFIX));
}

function nameOf(identity: ImportIdentity): string {
  return PREFIX + createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
}

async function sweep(parent: string): Promise<void> {
  for (const name of (await readdir(parent)).filter((each) => each.startsWith(PREFIX))) {
    const folder = path.join(parent, name);
    if (Date.now() - (await lastChange(folder)) > STALE_MS && !(await isLocked({ parent, name }))) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function lastChange(folder: string): Promise<number> {
  const places = [folder, path.join(folder, ABOUT), path.join(folder, 'journal')];
  const times = await Promise.all(
    places.map(async (place) => (await stat(place).catch(() => undefined))?.mtimeMs ?? 0),
  );
  return Math.max(...times);
}
