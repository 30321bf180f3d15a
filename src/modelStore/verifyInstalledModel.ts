import { readManifest } from '../engine/network/folder/manifest.js';
import { checkModelSizes, compareSum, sumOf } from '../engine/network/folder/verifyModel.js';
import { InfillError } from '../shared/infillError.js';
import { KnownSums } from './knownSums.js';

/** What reading every byte of a model gave: nothing wrong, or the first thing that is. */
export interface Verification {
  readonly folder: string;
  readonly ms: number;
  readonly error: InfillError | undefined;
}

/**
 * Compares all files of a model folder with the SHA-256 sums of its manifest, whatever was known of them; takes about a second for
 * each 500 MB. The person's data folder `data` remembers the sums for `verifyOnFirstUse`. Throws the signal's reason.
 */
export async function verifyInstalledModel(folder: string, data: string, signal?: AbortSignal): Promise<Verification> {
  const start = performance.now();
  const sums = await KnownSums.read(data);
  let error: InfillError | undefined;
  try {
    for (const each of await checkModelSizes(folder, await readManifest(folder))) {
      const sum = await sumOf(each, signal);
      sums.add(each.file, sum);
      compareSum(each, sum);
    }
  } catch (reason) {
    if (!(reason instanceof InfillError)) throw reason;
    error = reason;
  }
  await sums.save();
  return { folder, ms: performance.now() - start, error };
}
