import { INT4_BLOCK } from '../../engine/model/fullSequenceTensors.js';

/** Rows [n, width] as int8 with one scale per row, largest magnitude = 127. */
export function quantizeInt8(
  rows: Float32Array,
  width: number,
): { readonly values: Int8Array; readonly scales: Float32Array } {
  const values = new Int8Array(rows.length);
  const scales = new Float32Array(rows.length / width);
  for (let r = 0; r < scales.length; r++) {
    const row = rows.subarray(r * width, (r + 1) * width);
    const scale = Math.fround(largest(row) / 127) || 1; // a row of zeros
    scales[r] = scale;
    for (const [i, value] of row.entries()) values[r * width + i] = Math.round(value / scale);
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
    const part = rows.subarray(block * INT4_BLOCK, (block + 1) * INT4_BLOCK);
    const peak = part.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    const scale = Math.fround(peak / -8) || 1;
    scales[block] = scale;
    for (const [i, value] of part.entries()) {
      const level = Math.min(15, Math.max(0, Math.round(value / scale) + 8));
      const at = (block * INT4_BLOCK + i) >> 1;
      values[at] = (values[at] ?? 0) | (i % 2 === 0 ? level : level << 4);
    }
  }
  return { values, scales };
}

function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
