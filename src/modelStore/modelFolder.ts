import { homedir } from 'node:os';
import path from 'node:path';
import { defaultModelFolder } from './bundledModels.js';

/** Where a written path is looked for. All are absolute paths. */
export interface PathPlace {
  /** What a relative path is relative to. */
  readonly base: string;
  /** The person's home folder; absent = as the system says. */
  readonly home?: string;
}

/** The absolute path that a person means who writes `written`; a leading `~` is the home folder. */
export function writtenPath(written: string, { base, home = homedir() }: PathPlace): string {
  return path.resolve(
    base,
    written.replace(/^~(?=$|[/\\])/, () => home),
  );
}

/**
 * The folder that a model setting means (`infill.model`, `--model`, `INFILL_MODEL`): the bundled model's where it is blank, otherwise
 * the folder that is written, or the one that holds the manifest.json that is written. Whether a model is there is not looked at.
 * @param place.root folder that Infill is installed in.
 * @returns an absolute path.
 */
export function modelFolder(setting: string, { root, ...place }: PathPlace & { readonly root: string }): string {
  const written = setting.trim();
  if (written === '') return defaultModelFolder(root);
  const folder = writtenPath(written, place);
  return path.basename(folder) === 'manifest.json' ? path.dirname(folder) : folder;
}
