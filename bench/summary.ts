/** What repeated timings say: the least is the machine's real cost when other work disturbs, the median what was felt. */
export interface Summary {
  readonly least: number;
  readonly median: number;
  readonly count: number;
}

/** @param values at least one. */
export function summarise(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { least: sorted[0]!, median, count: sorted.length };
}
