import { copyFile, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { largestBytes } from '../../engine/files/boundedFile.js';
import { damaged, inspectForeignFile } from '../../engine/files/foreignFile.js';
import { modelFiles } from '../../engine/network/folder/verifyModel.js';
import { InfillError } from '../../shared/infillError.js';
import { openModel } from '../installedModel.js';

/** Copied along where they are there; everything else in the folder is not the model's. */
const COMPANIONS = ['MODEL_CARD.md', 'README.md', 'LICENSE'];

/**
 * Copies a model folder (one with a manifest.json) to `target`: the files that its manifest names, and what stands beside them for
 * people to read. Throws InfillError, also for a file that is none or leads out of the folder.
 */
export async function copyModel(
  source: string,
  target: string,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (done: number, total: number) => void },
): Promise<void> {
  const { manifest, bytes: total } = await openModel(source, false);
  const companions = await companionsOf(source);
  await mkdir(target);
  let done = 0;
  for (const { path: name, bytes } of modelFiles(manifest)) {
    signal.throwIfAborted();
    onBytes(done, total);
    await copyForeignFile(source, target, name);
    done += bytes;
  }
  for (const name of [...companions, 'manifest.json']) await copyForeignFile(source, target, name);
  onBytes(total, total);
}

async function companionsOf(source: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const name of COMPANIONS) {
    const file = path.join(source, name);
    const found = await inspectForeignFile(file).catch((error: unknown) => {
      if (error instanceof InfillError && error.code === 'model-missing') return undefined;
      throw error;
    });
    if (found === undefined) continue;
    const largest = largestBytes(name) ?? 0;
    if (found.bytes > largest) {
      throw damaged(file, `it has ${found.bytes} bytes, and such a file has at most ${largest}`);
    }
    names.push(name);
  }
  return names;
}

async function copyForeignFile(source: string, target: string, name: string): Promise<void> {
  const { real } = await inspectForeignFile(path.join(source, name));
  await copyFile(real, path.join(target, name), constants.COPYFILE_FICLONE);
}
