import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder that Infill is installed in: the nearest one above `start` that holds a package.json. Bundles stand in its dist/,
 * sources deeper, so both find it.
 */
export function packageRoot(start: string): string {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) {
      return folder;
    }
    if (folder === path.dirname(folder)) {
      throw new Error(`There is no package.json in ${start} or above.`);
    }
  }
}
