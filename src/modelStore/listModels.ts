import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../shared/errorCode.js';
import { InfillError } from '../shared/infillError.js';
import { bundledModelsFolder } from './bundledModels.js';
import { type InstalledModel, openModel } from './installedModel.js';
import { userModelsFolder } from './modelNames.js';

/** A model folder, or why it cannot be used. */
export type ListedModel = {
  /** The folder's name: what commands call the model. */
  readonly name: string;
  readonly folder: string;
  readonly isBundled: boolean;
} & (
  | { readonly kind: 'usable'; readonly model: InstalledModel }
  | { readonly kind: 'unusable'; readonly error: InfillError }
);

/**
 * The models that come with Infill, then those that were added, each in the order of their names. `root` is where Infill is
 * installed, `data` the person's data folder. Links are not followed.
 */
export async function listModels(root: string, data: string): Promise<readonly ListedModel[]> {
  const bundled = await foldersIn(bundledModelsFolder(root)).catch((error: unknown) => {
    const message = `The folder of models ${bundledModelsFolder(root)} cannot be read.`;
    throw new InfillError('model-missing', message, 'Install Infill again.', { cause: error });
  });
  const added = await foldersIn(userModelsFolder(data)).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') {
      return []; // nothing was added yet
    }
    const message = `The folder of added models ${userModelsFolder(data)} cannot be read.`;
    throw new InfillError('model-missing', message, 'Check its permissions, or name another folder in INFILL_HOME.', {
      cause: error,
    });
  });
  return Promise.all([
    ...bundled.map((folder) => describe(folder, true)),
    ...added.map((folder) => describe(folder, false)),
  ]);
}

/** Folders that start with a dot hold models that are being added or removed. */
async function foldersIn(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  return names.sort().map((name) => path.join(parent, name));
}

async function describe(folder: string, isBundled: boolean): Promise<ListedModel> {
  const place = { name: path.basename(folder), folder, isBundled };
  try {
    return { kind: 'usable', ...place, model: await openModel(folder, isBundled) };
  } catch (error) {
    // Whatever is wrong with one folder, the others are listed.
    return { kind: 'unusable', ...place, error: error instanceof InfillError ? error : unreadable(folder, error) };
  }
}

function unreadable(folder: string, error: unknown): InfillError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The model folder ${folder} cannot be looked at (${reason}).`;
  return new InfillError('model-corrupt', message, 'Get the model again and replace its folder.', { cause: error });
}
