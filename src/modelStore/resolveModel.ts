import { stat } from 'node:fs/promises';
import { InfillError } from '../shared/infillError.js';
import { defaultModelFolder } from './bundledModels.js';
import { type InstalledModel, openModel } from './installedModel.js';

const REMEDY = 'Set infill.model to a folder that holds a manifest.json, or leave it empty to use the bundled model.';

/**
 * The model in `folder`, an absolute path that `modelFolder` made of a setting. `root` is where Infill is installed.
 * Throws InfillError: model-missing, model-corrupt, model-unsupported.
 */
export async function resolveModel(folder: string, root: string): Promise<InstalledModel> {
  if (folder === defaultModelFolder(root)) return openBundled(folder);
  await requireFolder(folder);
  return openModel(folder, false);
}

async function openBundled(folder: string): Promise<InstalledModel> {
  try {
    return await openModel(folder, true);
  } catch (error) {
    if (error instanceof InfillError && error.code === 'model-missing') {
      const message = `The bundled model is not complete: ${error.message}`;
      throw new InfillError('model-missing', message, 'Install Infill again.', { cause: error });
    }
    throw error;
  }
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    throw new InfillError('model-missing', `The model folder ${folder} does not exist or cannot be read.`, REMEDY, {
      cause: error,
    });
  });
  if (!found.isDirectory()) {
    throw new InfillError('model-missing', `The model path ${folder} is a file, not a model folder.`, REMEDY);
  }
}
