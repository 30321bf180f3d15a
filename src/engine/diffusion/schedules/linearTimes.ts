/**
 * The times of a run with equal steps from all noise: 1, ..., `end`, then 0 for a last step that leaves nothing noisy.
 * `steps` + 1 numbers.
 */
export function timesToZero(steps: number, end: number): number[] {
  return [...timesTo(steps - 1, end), 0];
}

/** `steps` + 1 times from 1 to `end` with equal steps. */
export function timesTo(steps: number, end: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => 1 - (steps === 0 ? 0 : (i / steps) * (1 - end)));
}
