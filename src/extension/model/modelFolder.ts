import path from 'node:path';

export const BUNDLED_MODEL = 'infill-code-135m';

/**
 * @param setting `infill.model`: a folder, `~` stands for the home folder; '' = the bundled model.
 * @param extensionFolder absolute path of the installed extension.
 * @returns an absolute path. Whether a model is there is found out by loading it.
 */
export function modelFolder(setting: string, extensionFolder: string, home: string): string {
  if (setting === '') {
    return path.join(extensionFolder, 'models', BUNDLED_MODEL);
  }
  const expanded = setting === '~' || /^~[/\\]/.test(setting) ? path.join(home, setting.slice(1)) : setting;
  return path.resolve(home, expanded);
}
