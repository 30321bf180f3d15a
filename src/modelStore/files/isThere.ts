import { stat } from 'node:fs/promises';

/** Whether a path leads to something. */
export async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
