import { globSync } from 'node:fs';
import path from 'node:path';
import { mustRun } from '../../scripts/steps/run.mjs';

/** Packs the extension of a checked out revision. @returns the .vsix file, which is gone with the folder */
export async function packageOf(folder: string, commit: string): Promise<string> {
  // Not through scripts/package.mjs, which would install that state's packages into this one's folder.
  const pack = `await (await import('./scripts/vsix/packageExtension.mjs')).packageExtension()`;
  await mustRun(process.execPath, ['--input-type=module', '--eval', pack], {
    cwd: folder,
    quietly: `Packing ${commit}`,
  });
  const [packed] = globSync('*.vsix', { cwd: folder });
  if (packed === undefined) throw new Error(`${commit} made no package.`);
  return path.join(folder, packed);
}
