import { INT4_BLOCK } from '../../engine/network/folder/fullSequenceTensors.js';

/** Weights in few bits, and what each row (or each block of a row) is multiplied with. */
export interface Quantized<T extends Int8Array | Uint8Array> {
  readonly values: T;
  readonly scales: Float32Array;
}

/** The bits of a float32's magnitude: as integers they have the order of the magnitudes, infinity and then NaN last. */
const MAGNITUDE = 0x7fffffff;
const INFINITE = 0x7f800000;
/**
 * Far less than the multiple of a scale can be away from half a level without being there exactly: weight and scale have 24 bits each, so
 * their quotient comes no closer to a half than 2^-25. It lifts exact halves that the product with the reciprocal makes a little smaller,
 * so that they are rounded up as `Math.round` does.
 */
const LIFT = 2 ** -30;
const HALF = 0.5 + LIFT;

/** Rows [n, width] as int8 with one scale per row, largest magnitude = 127. */
export function quantizeInt8(
  rows: Float32Array,
  width: number,
  { values, scales }: Quantized<Int8Array> = {
    values: new Int8Array(rows.length),
    scales: new Float32Array(rows.length / width),
  },
): Quantized<Int8Array> {
  const bits = new Int32Array(rows.buffer, rows.byteOffset, rows.length);
  for (let r = 0; r < scales.length; r++) {
    const start = r * width;
    const end = start + width;
    let most = 0;
    for (let i = start; i < end; i++) most = Math.max(most, (bits[i] ?? 0) & MAGNITUDE);
    const scale = Math.fround(floatOf(most) / 127) || 1; // a row of zeros
    scales[r] = scale;
    if (most < INFINITE) {
      const multiple = 1 / scale;
      for (let i = start; i < end; i++) values[i] = (((rows[i] ?? 0) * multiple + (128 + HALF)) | 0) - 128;
    } else {
      for (let i = start; i < end; i++) values[i] = Math.round((rows[i] ?? 0) / scale);
    }
  }
  return { values, scales };
}

/**
 * Rows [n, width] in 4 bits with one scale per 32 columns, as `MatMulNBits` reads them: value = (nibble - 8) * scale, the lower
 * nibble first. The value of largest magnitude becomes -8 exactly, so all sixteen levels are used (llama.cpp's Q4_0).
 */
export function quantizeInt4(
  rows: Float32Array,
  width: number,
  { values, scales }: Quantized<Uint8Array> = {
    values: new Uint8Array(rows.length / 2),
    scales: new Float32Array(rows.length / INT4_BLOCK),
  },
): Quantized<Uint8Array> {
  if (width % INT4_BLOCK !== 0) throw new Error(`rows of ${width} cannot be divided into blocks of ${INT4_BLOCK}`);
  const bits = new Int32Array(rows.buffer, rows.byteOffset, rows.length);
  for (let block = 0; block < scales.length; block++) {
    const start = block * INT4_BLOCK;
    const end = start + INT4_BLOCK;
    let most = 0;
    let at = start;
    for (let i = start; i < end; i++) {
      const magnitude = (bits[i] ?? 0) & MAGNITUDE;
      if (magnitude > most) {
        most = magnitude;
        at = i;
      }
    }
    if (most < INFINITE) {
      const scale = Math.fround((rows[at] ?? 0) / -8) || 1;
      scales[block] = scale;
      const multiple = 1 / scale;
      for (let i = start; i < end; i += 2) {
        const low = ((rows[i] ?? 0) * multiple + (8 + HALF)) | 0;
        const high = ((rows[i + 1] ?? 0) * multiple + (8 + HALF)) | 0;
        values[i >> 1] = Math.min(15, Math.max(0, low)) | (Math.min(15, Math.max(0, high)) << 4);
      }
    } else {
      unfiniteBlock(rows, start, block, { values, scales });
    }
  }
  return { values, scales };
}

/** A block with an infinite number, or one that is none: what is not finite becomes some level or other. */
function unfiniteBlock(
  rows: Float32Array,
  start: number,
  block: number,
  { values, scales }: Quantized<Uint8Array>,
): void {
  const end = start + INT4_BLOCK;
  let peak = 0;
  for (let i = start; i < end; i++) {
    const value = rows[i] ?? 0;
    if (Math.abs(value) > Math.abs(peak)) peak = value;
  }
  const scale = Math.fround(peak / -8) || 1;
  scales[block] = scale;
  for (let i = start; i < end; i += 2) {
    values[i >> 1] = level((rows[i] ?? 0) / scale) | (level((rows[i + 1] ?? 0) / scale) << 4);
  }
}

/** A multiple of the scale as one of sixteen levels. */
function level(multiple: number): number {
  return Math.min(15, Math.max(0, Math.round(multiple) + 8));
}

const bitsOfOne = new Int32Array(1);
const one = new Float32Array(bitsOfOne.buffer);

function floatOf(bits: number): number {
  bitsOfOne[0] = bits;
  return one[0] ?? 0;
}
