import type { Manifest } from '../engine/network/folder/manifest.js';
import { checkModelSizes, compareSum, sumOf } from '../engine/network/folder/verifyModel.js';
import { KnownSums } from './knownSums.js';

export interface FirstUse {
  /** The person's data folder, which remembers checksums. */
  readonly data: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes that are going to be read, where there are any. */
  readonly onRead?: ((bytes: number) => void) | undefined;
}

/**
 * Before a model is used: compares the SHA-256 of its files with the manifest's, reading those that were not read since they last
 * changed. A flipped bit in weights gives wrong text and no error, so nothing is computed with files that nobody has looked at. Later
 * loads cost one look at the file system for each file.
 * Throws InfillError model-missing or model-corrupt, or the signal's reason.
 */
export async function verifyOnFirstUse(
  folder: string,
  manifest: Manifest,
  { data, signal, onRead }: FirstUse,
): Promise<void> {
  const files = await checkModelSizes(folder, manifest);
  const sums = await KnownSums.read(data);
  const unread = files.filter(({ file }) => sums.get(file) === undefined);
  if (unread.length > 0) onRead?.(unread.reduce((total, { file }) => total + file.bytes, 0));
  try {
    for (const each of files) {
      const sum = sums.get(each.file) ?? (await sumOf(each, signal));
      sums.add(each.file, sum);
      compareSum(each, sum);
    }
  } finally {
    if (unread.length > 0) await sums.save();
  }
}
