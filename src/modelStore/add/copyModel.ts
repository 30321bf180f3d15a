import { copyFile, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { modelFiles } from '../../engine/model/verifyModel.js';
import { openModel } from '../installedModel.js';

/** Copied along where they are there; everything else in the folder is not the model's. */
const COMPANIONS = ['MODEL_CARD.md', 'README.md', 'LICENSE'];

/** Copies a model folder (one with a manifest.json) to `target`: the files that its manifest names. Throws InfillError. */
export async function copyModel(
  source: string,
  target: string,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (done: number, total: number) => void },
): Promise<void> {
  const { manifest, bytes: total } = await openModel(source, false);
  await mkdir(target);
  let done = 0;
  for (const { path: name, bytes } of modelFiles(manifest)) {
    signal.throwIfAborted();
    onBytes(done, total);
    await copyFile(path.join(source, name), path.join(target, name), constants.COPYFILE_FICLONE);
    done += bytes;
  }
  for (const name of COMPANIONS) {
    await copyFile(path.join(source, name), path.join(target, name)).catch(() => undefined);
  }
  await copyFile(path.join(source, 'manifest.json'), path.join(target, 'manifest.json'));
  onBytes(total, total);
}
