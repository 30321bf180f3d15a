/** Root mean square norm (Zhang & Sennrich 2019) of one row [D] with gain `gamma` [D]. */
export function rmsNorm(row: Float32Array, gamma: Float32Array, epsilon: number): Float32Array {
  let squares = 0;
  for (const value of row) squares += value * value;
  const factor = 1 / Math.sqrt(squares / row.length + epsilon);
  return row.map((value, index) => value * factor * gamma[index]!);
}
