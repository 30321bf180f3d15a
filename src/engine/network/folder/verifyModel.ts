import path from 'node:path';
import { InfillError } from '../../../shared/infillError.js';
import { inspectForeignFile, type ForeignFile } from '../../files/foreignFile.js';
import { readManifest, type HashedFile, type Manifest } from './manifest.js';
import { sha256OfFile } from '../../files/sha256OfFile.js';

/** All files that a manifest names. */
export function modelFiles(manifest: Manifest): readonly HashedFile[] {
  return [...manifest.weights.files, manifest.tokenizer];
}

/** A file as the manifest names it, and as it is. */
export interface ModelFile {
  /** Its path in the model's folder, for messages. */
  readonly place: string;
  readonly named: HashedFile;
  readonly file: ForeignFile;
}

/**
 * Checks that every file is there, is a regular file in `folder`, and has the manifest's length: fast enough for every load.
 * Throws InfillError model-missing or model-corrupt.
 */
export async function checkModelSizes(folder: string, manifest: Manifest): Promise<readonly ModelFile[]> {
  const files: ModelFile[] = [];
  for (const named of modelFiles(manifest)) {
    const place = path.join(folder, named.path);
    const file = await inspectForeignFile(place).catch((error: unknown) => {
      if (!(error instanceof InfillError) || error.code !== 'model-missing') throw error;
      const remedy = 'Get the model again: its folder is incomplete.';
      throw new InfillError('model-missing', `The model file ${place} is missing.`, remedy, { cause: error });
    });
    if (file.bytes !== named.bytes) {
      throw new InfillError(
        'model-corrupt',
        `The model file ${place} has ${file.bytes} bytes; the manifest says ${named.bytes}.`,
        'Get the model again: the file was cut off or replaced.',
      );
    }
    files.push({ place, named, file });
  }
  return files;
}

/** The SHA-256 of a file of a model, read whole. Throws the signal's reason. */
export async function sumOf({ place }: ModelFile, signal?: AbortSignal): Promise<string> {
  return (await sha256OfFile(place, signal)).sha256;
}

/** Compares a file's SHA-256 with the manifest's. Throws InfillError model-corrupt. */
export function compareSum({ place, named }: ModelFile, sha256: string): void {
  if (sha256 === named.sha256) return;
  throw new InfillError(
    'model-corrupt',
    `The model file ${place} is damaged: its SHA-256 is ${sha256}, the manifest says ${named.sha256}.`,
    'Get the model again and replace its folder.',
  );
}

/**
 * Reads every byte of the model in `folder` and compares it with the manifest's SHA-256: takes about a second for each 500 MB.
 * Resolves to the manifest; throws InfillError, or the signal's reason.
 */
export async function verifyModel(folder: string, signal?: AbortSignal): Promise<Manifest> {
  const manifest = await readManifest(folder);
  for (const each of await checkModelSizes(folder, manifest)) compareSum(each, await sumOf(each, signal));
  return manifest;
}
