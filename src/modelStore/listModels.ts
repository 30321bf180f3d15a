import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { InfillError } from '../shared/infillError.js';
import { bundledModelsFolder } from './bundledModels.js';
import { type InstalledModel, openModel } from './installedModel.js';

/** A model folder, or why it cannot be used. */
export type ListedModel =
  | { readonly kind: 'usable'; readonly folder: string; readonly model: InstalledModel }
  | { readonly kind: 'unusable'; readonly folder: string; readonly error: InfillError };

/** All models that come with Infill, in the order of their names. `root` is where Infill is installed. */
export async function listModels(root: string): Promise<readonly ListedModel[]> {
  const parent = bundledModelsFolder(root);
  const entries = await readdir(parent, { withFileTypes: true }).catch((error: unknown) => {
    throw new InfillError('model-missing', `The folder of models ${parent} cannot be read.`, 'Install Infill again.', {
      cause: error,
    });
  });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(parent, entry.name));
  return Promise.all(folders.sort().map(describe));
}

async function describe(folder: string): Promise<ListedModel> {
  try {
    return { kind: 'usable', folder, model: await openModel(folder, true) };
  } catch (error) {
    if (error instanceof InfillError) {
      return { kind: 'unusable', folder, error };
    }
    throw error;
  }
}
