import path from 'node:path';
import { defaultModelFolder } from '../../modelStore/bundledModels.js';

/**
 * @param setting `infill.model`: a folder, or its manifest.json; `~` stands for the home folder; '' = the bundled model.
 * @param extensionFolder absolute path of the installed extension.
 * @returns an absolute path. Whether a model is there is found out by loading it, in the inference process.
 */
export function modelFolder(setting: string, extensionFolder: string, home: string): string {
  if (setting === '') {
    return defaultModelFolder(extensionFolder);
  }
  const chosen = path.resolve(home, setting.replace(/^~(?=$|[/\\])/, home));
  return path.basename(chosen) === 'manifest.json' ? path.dirname(chosen) : chosen;
}
