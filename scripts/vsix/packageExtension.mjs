import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from '../steps/build.mjs';
import { root } from '../steps/root.mjs';
import { mustRun } from '../steps/run.mjs';
import { stageExtension } from './stage.mjs';
import { targetNamed } from './targets.mjs';
import { verifyPackage } from './verifyPackage.mjs';

/**
 * Builds the extension and packs it for one platform.
 *
 * @param {{ target?: string | undefined, out?: string }} [options] out: the folder for the file, default the root
 * @returns {Promise<{ file: string, target: string, files: number, bytes: number }>}
 */
export async function packageExtension({ target: wanted, out = root } = {}) {
  const target = targetNamed(wanted);
  await build('production');
  const stage = stageExtension(target);
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(out, `${name}-${target}-${version}.vsix`);
  mkdirSync(out, { recursive: true });
  await mustRun(
    process.execPath,
    [
      path.join(root, 'node_modules/@vscode/vsce/vsce'),
      'package',
      ...['--target', target, '--out', file, '--allow-missing-repository'],
      // The file list is ours, checked below; looking for secrets in 180 MB of weights takes minutes.
      ...['--allow-package-all-secrets', '--allow-package-env-file'],
    ],
    { cwd: stage.folder, quietly: 'Packing' },
  );
  const { files, bytes } = await verifyPackage(file, stage.files);
  rmSync(stage.folder, { recursive: true, force: true });
  return { file, target, files, bytes };
}
