import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InfillError } from '../../shared/infillError.js';
import { readManifest, type HashedFile, type Manifest } from './manifest.js';

/** All files that a manifest names. */
export function modelFiles(manifest: Manifest): readonly HashedFile[] {
  return [...manifest.weights.files, manifest.tokenizer];
}

/**
 * Checks that every file is there and has the manifest's length: fast enough for every load.
 * Throws InfillError model-missing or model-corrupt.
 */
export async function checkModelSizes(folder: string, manifest: Manifest): Promise<void> {
  for (const { path: name, bytes } of modelFiles(manifest)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch((error: unknown) => {
      const remedy = 'Get the model again: its folder is incomplete.';
      throw new InfillError('model-missing', `The model file ${file} is missing.`, remedy, { cause: error });
    });
    if (found.size !== bytes) {
      throw new InfillError(
        'model-corrupt',
        `The model file ${file} has ${found.size} bytes; the manifest says ${bytes}.`,
        'Get the model again: the file was cut off or replaced.',
      );
    }
  }
}

/**
 * Reads every byte of the model in `folder` and compares it with the manifest's SHA-256: for import and on request, since it
 * takes about a second for each 500 MB. Resolves to the manifest; throws InfillError, or the signal's reason.
 */
export async function verifyModel(folder: string, signal?: AbortSignal): Promise<Manifest> {
  const manifest = await readManifest(folder);
  await checkModelSizes(folder, manifest);
  for (const { path: name, sha256 } of modelFiles(manifest)) {
    const file = path.join(folder, name);
    const hash = createHash('sha256');
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, signal === undefined ? {} : { signal });
    const found = hash.digest('hex');
    if (found !== sha256) {
      throw new InfillError(
        'model-corrupt',
        `The model file ${file} is damaged: its SHA-256 is ${found}, the manifest says ${sha256}.`,
        'Get the model again and replace its folder.',
      );
    }
  }
  return manifest;
}
