import { INT4_BLOCK } from '../../engine/network/folder/fullSequenceTensors.js';

/** Rows [n, width] as int8 with one scale per row, largest magnitude = 127. */
export function quantizeInt8(
  rows: Float32Array,
  width: number,
): { readonly values: Int8Array; readonly scales: Float32Array } {
  const values = new Int8Array(rows.length);
  const scales = new Float32Array(rows.length / width);
  for (let r = 0; r < scales.length; r++) {
    const start = r * width;
    let largest = 0;
    for (let i = start; i < start + width; i++) largest = Math.max(largest, Math.abs(rows[i] ?? 0));
    const scale = Math.fround(largest / 127) || 1; // a row of zeros
    scales[r] = scale;
    for (let i = start; i < start + width; i++) values[i] = Math.round((rows[i] ?? 0) / scale);
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
): { readonly values: Uint8Array; readonly scales: Float32Array } {
  if (width % INT4_BLOCK !== 0) throw new Error(`rows of ${width} cannot be divided into blocks of ${INT4_BLOCK}`);
  const values = new Uint8Array(rows.length / 2);
  const scales = new Float32Array(rows.length / INT4_BLOCK);
  for (let block = 0; block < scales.length; block++) {
    const start = block * INT4_BLOCK;
    let peak = 0;
    for (let i = start; i < start + INT4_BLOCK; i++) {
      const value = rows[i] ?? 0;
      if (Math.abs(value) > Math.abs(peak)) peak = value;
    }
    const scale = Math.fround(peak / -8) || 1;
    scales[block] = scale;
    for (let i = start; i < start + INT4_BLOCK; i += 2) {
      values[i >> 1] = level((rows[i] ?? 0) / scale) | (level((rows[i + 1] ?? 0) / scale) << 4);
    }
  }
  return { values, scales };
}

/** A multiple of the scale as one of sixteen levels. */
function level(multiple: number): number {
  return Math.min(15, Math.max(0, Math.round(multiple) + 8));
}
