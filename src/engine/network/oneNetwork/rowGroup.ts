import { UNSEEN } from '../graph/attendToCache.js';

/** Rows of one kind that stand next to each other in a pass. */
export interface RowGroup {
  /** Embedded tokens, [D] each. */
  readonly rows: readonly Float32Array[];
  /** Where the first of them stands; the others follow. */
  readonly position: number;
  /** Each row sees those of its group up to itself, or all of them: a canvas. */
  readonly sees: 'causal' | 'all';
  /** How many rows of the cache's front all of them see: the suffix's, or none. */
  readonly front: number;
  /** How many of the cache's tokens all of them see, from the first one on. */
  readonly cached: number;
  /** How many of the pass's first rows all of them see, which are of another group. */
  readonly leading: number;
  /** Whether they are rows of the middle, which add adapters where there are any. */
  readonly isMiddle: boolean;
}

/** How a cache's columns are divided: `front` rows before the tokens, `columns` in all. */
export interface Columns {
  readonly front: number;
  readonly columns: number;
}

/**
 * Who sees whom: 0 where a row may look, `UNSEEN` elsewhere, [rows, columns + rows]. The columns are those of the cache, then the
 * pass's own rows. Nothing but this decides what a row sees.
 */
export function visibility(groups: readonly RowGroup[], { front, columns }: Columns): Float32Array {
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const width = columns + count;
  const bias = new Float32Array(count * width).fill(UNSEEN);
  let first = 0;
  for (const group of groups) {
    const end = first + group.rows.length;
    for (let row = first; row < end; row++) {
      const at = row * width;
      bias.fill(0, at, at + group.front);
      bias.fill(0, at + front, at + front + group.cached);
      const own = at + columns;
      bias.fill(0, own, own + group.leading);
      bias.fill(0, own + first, own + (group.sees === 'all' ? end : row + 1));
    }
    first = end;
  }
  return bias;
}
