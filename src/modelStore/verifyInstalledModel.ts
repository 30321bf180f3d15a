import { verifyModel } from '../engine/model/verifyModel.js';
import { InfillError } from '../shared/infillError.js';

/** What reading every byte of a model gave: nothing wrong, or the first thing that is. */
export interface Verification {
  readonly folder: string;
  readonly ms: number;
  readonly error: InfillError | undefined;
}

/** Compares all files of a model folder with the SHA-256 sums of its manifest; takes about a second for each 500 MB. Throws the signal's reason. */
export async function verifyInstalledModel(folder: string, signal?: AbortSignal): Promise<Verification> {
  const start = performance.now();
  const error = await verifyModel(folder, signal).then(
    () => undefined,
    (reason: unknown) => {
      if (reason instanceof InfillError) {
        return reason;
      }
      throw reason;
    },
  );
  return { folder, ms: performance.now() - start, error };
}
