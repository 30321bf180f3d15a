import { lstat, mkdtemp, realpath, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { InfillError } from '../shared/infillError.js';
import { readDefaultModel, writeDefaultModel } from './defaultModel.js';
import { requireModel } from './findModel.js';
import { userModelsFolder } from './modelNames.js';

/**
 * Deletes an added model. Never a bundled one, and never anything outside of the folder of added models: a link in its place is
 * refused, links inside of it are deleted, not followed. The command line's default becomes the bundled model if this was it.
 * Throws InfillError: model-missing, invalid-request.
 */
export async function removeModel(name: string, root: string, data: string): Promise<{ readonly folder: string }> {
  await refuseLink(path.join(userModelsFolder(data), path.basename(name)));
  const { folder, isBundled } = await requireModel(name, root, data);
  if (isBundled) {
    throw new InfillError(
      'invalid-request',
      `"${name}" is bundled with Infill and stays.`,
      'Only added models can be removed.',
    );
  }
  const parent = await realpath(userModelsFolder(data));
  if (path.dirname(await realpath(folder)) !== parent) {
    throw new InfillError('invalid-request', `${folder} leads out of the folder of models.`, 'Remove it by hand.');
  }
  // Out of sight first: what remains if this is interrupted is no half model.
  const grave = await mkdtemp(path.join(parent, '.removed-'));
  try {
    await rename(folder, path.join(grave, 'model'));
  } catch (error) {
    await rmdir(grave);
    const remedy = 'Another program uses its files: switch to another model, or close the editor, then try again.';
    throw new InfillError('invalid-request', `The model ${folder} cannot be removed.`, remedy, { cause: error });
  }
  await rm(grave, { recursive: true, force: true });
  if ((await readDefaultModel(data).catch(() => '')) === name) {
    await writeDefaultModel(data, '');
  }
  return { folder };
}

async function refuseLink(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isSymbolicLink() === true) {
    const remedy = 'Delete the link by hand; what it points to is not touched.';
    throw new InfillError('invalid-request', `${folder} is a link, not a model folder.`, remedy);
  }
}
