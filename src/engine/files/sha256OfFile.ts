import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { openForeignFile } from './foreignFile.js';

/** A few milliseconds of hashing: so long the event loop waits at most. */
const PIECE_BYTES = 1 << 20;

/**
 * Length and SHA-256 (hexadecimal) of a file, read piece by piece. Throws as `openForeignFile` does, or the signal's reason.
 */
export async function sha256OfFile(
  file: string,
  signal?: AbortSignal,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const { handle } = await openForeignFile(file);
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = handle.createReadStream({ highWaterMark: PIECE_BYTES }); // closes the handle
  stream.on('data', (piece) => (bytes += piece.length));
  await pipeline(stream, hash, signal === undefined ? {} : { signal });
  return { bytes, sha256: hash.digest('hex') };
}
