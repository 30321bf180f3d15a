import { statfs } from 'node:fs/promises';
import { InfillError } from '../../shared/infillError.js';

/**
 * Throws InfillError invalid-request where the disk of `folder` has no room for so many bytes. `needs` says what needs them, and begins
 * the message; `unit` writes a number of bytes.
 */
export async function requireRoom(
  folder: string,
  bytes: number,
  { needs, unit }: { readonly needs: string; readonly unit: (bytes: number) => string },
): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bytes <= bavail * bsize) return;
  throw new InfillError(
    'invalid-request',
    `${needs}; ${unit(bavail * bsize)} are free at ${folder}.`,
    'Make room on the disk, or name a folder on another one in INFILL_HOME.',
  );
}
