import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { userModelsFolder } from '../modelNames.js';

const PREFIX = '.adding-';
const REMOVED = '.removed-';
/** No import takes that long; what is older was left behind by a process that was killed. */
const STALE_MS = 48 * 3600 * 1000;

/**
 * Calls `use` with an empty folder beside the added models (so that a finished one can be moved among them at once), and deletes it
 * with all that is left in it, whatever happened.
 */
export async function withStagingFolder<T>(data: string, use: (folder: string) => Promise<T>): Promise<T> {
  const parent = userModelsFolder(data);
  await mkdir(parent, { recursive: true });
  await sweepStaging(parent);
  const folder = await mkdtemp(path.join(parent, PREFIX));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Deletes what processes that were killed have left. */
export async function sweepStaging(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (name.startsWith(PREFIX) || name.startsWith(REMOVED)) {
      const folder = path.join(parent, name);
      const changed = (await stat(folder).catch(() => undefined))?.mtimeMs ?? Infinity;
      if (Date.now() - changed > STALE_MS) {
        await rm(folder, { recursive: true, force: true });
      }
    }
  }
}
