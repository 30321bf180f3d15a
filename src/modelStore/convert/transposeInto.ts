/** Side of the squares in which matrices are transposed: going through memory across its grain is many times slower. */
const TILE = 32;

/**
 * Writes rows [rows, width] as columns into `target` [width, stride], from column `at` on.
 */
export function transposeInto<T extends Float32Array | Int8Array>(
  target: T,
  source: T,
  {
    rows,
    width,
    stride,
    at,
  }: { readonly rows: number; readonly width: number; readonly stride: number; readonly at: number },
): void {
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(rows, top + TILE);
    for (let left = 0; left < width; left += TILE) {
      const right = Math.min(width, left + TILE);
      for (let i = left; i < right; i++) {
        const column = i * stride + at;
        for (let row = top; row < bottom; row++) target[column + row] = source[row * width + i] ?? 0;
      }
    }
  }
}
