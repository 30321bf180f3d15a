import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { nameProblem } from '../engine/files/pathInside.js';
import { InfillError } from '../shared/infillError.js';
import { bundledModelsFolder } from './bundledModels.js';
import { userModelsFolder } from './modelNames.js';

export interface ModelPlace {
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
  readonly isBundled: boolean;
}

/**
 * The folder of the bundled or added model with this name, undefined where there is none. Only the folder is looked for, not what
 * is in it, so that damaged models are found too. A link is no model's folder.
 */
export async function findModel(name: string, root: string, data: string): Promise<ModelPlace | undefined> {
  if (name.startsWith('.') || nameProblem(name) !== undefined) {
    return undefined;
  }
  for (const [parent, isBundled] of [
    [bundledModelsFolder(root), true],
    [userModelsFolder(data), false],
  ] as const) {
    const folder = path.join(parent, name);
    const found = await lstat(folder).catch(() => undefined);
    if (found?.isDirectory() === true) {
      return { name, folder, isBundled };
    }
  }
  return undefined;
}

/** As `findModel`; throws InfillError model-missing where there is no such model. */
export async function requireModel(name: string, root: string, data: string): Promise<ModelPlace> {
  const found = await findModel(name, root, data);
  if (found === undefined) {
    const message = `There is no model named "${name}".`;
    throw new InfillError('model-missing', message, '"infill models list" shows the names of all models.');
  }
  return found;
}
