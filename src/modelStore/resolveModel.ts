import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { InfillError } from '../shared/infillError.js';
import { defaultModelFolder } from './bundledModels.js';
import { type InstalledModel, openModel } from './installedModel.js';

const REMEDY = 'Set infill.model to a folder that holds a manifest.json, or leave it empty to use the bundled model.';

/**
 * The model that the setting `infill.model` (or `--model`) names: the bundled one where it is empty, otherwise the folder, or the
 * folder of the manifest.json, at an absolute path; a leading `~` is the home folder. `root` is where Infill is installed.
 * Throws InfillError: invalid-request (no absolute path), model-missing, model-corrupt, model-unsupported.
 */
export async function resolveModel(setting: string, root: string): Promise<InstalledModel> {
  const chosen = setting.trim();
  if (chosen === '') {
    return openBundled(defaultModelFolder(root));
  }
  const folder = await folderOf(chosen.replace(/^~(?=$|[/\\])/, homedir()));
  return openModel(folder, folder === defaultModelFolder(root));
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

async function folderOf(chosen: string): Promise<string> {
  if (!path.isAbsolute(chosen)) {
    throw new InfillError('invalid-request', `The model path "${chosen}" is not absolute.`, REMEDY);
  }
  const resolved = path.resolve(chosen);
  const found = await stat(resolved).catch((error: unknown) => {
    throw new InfillError('model-missing', `The model folder ${resolved} does not exist or cannot be read.`, REMEDY, {
      cause: error,
    });
  });
  if (found.isDirectory()) {
    return resolved;
  }
  if (path.basename(resolved) === 'manifest.json') {
    return path.dirname(resolved);
  }
  throw new InfillError('model-missing', `The model path ${resolved} is a file, not a model folder.`, REMEDY);
}
