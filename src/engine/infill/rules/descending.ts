/** Indices of `values`, the largest first; equal ones keep their order. */
export function descending(values: readonly number[]): number[] {
  return values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
}
