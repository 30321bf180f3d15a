import path from 'node:path';

/** The name of the bundled model that is used when nothing else is chosen. */
export const DEFAULT_MODEL = 'infill-code-135m';

/** Where the models stand that come with Infill. `root` is the folder that Infill is installed in. */
export function bundledModelsFolder(root: string): string {
  return path.join(root, 'models');
}

/** The model that is used when nothing else is chosen. */
export function defaultModelFolder(root: string): string {
  return path.join(bundledModelsFolder(root), DEFAULT_MODEL);
}
