import { InfillError } from '../../shared/infillError.js';

/** The bits of a float32's magnitude, and those of infinity: NaN has more. */
const MAGNITUDE = 0x7fffffff;
const INFINITE = 0x7f800000;

/**
 * Throws InfillError model-corrupt where one of the values of `tensor` is infinite or not a number. Training that failed and half precision that
 * overflowed leave such weights; whatever is computed with them is garbage, the comparison with floating point included.
 */
export function requireFinite(values: Float32Array, tensor: string): void {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let most = 0;
  for (let i = 0; i < bits.length; i++) most = Math.max(most, (bits[i] ?? 0) & MAGNITUDE);
  if (most < INFINITE) return;
  throw new InfillError(
    'model-corrupt',
    `The checkpoint's tensor ${tensor} has weights that are infinite or not a number.`,
    'It was saved like that, or damaged since: compare its files with where they are from, or get another version of it.',
  );
}
