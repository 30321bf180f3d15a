/** Tokens of a long and of a short block. */
const FAR = 64;
const NEAR = 8;

/** Tokens that are read in one pass. */
export interface PrefixBlock {
  readonly start: number;
  /** Rows of the pass; where the prefix ends inside the block, the last of them stand for nothing. */
  readonly rows: number;
  /** How many rows the cache has room for in that pass. */
  readonly room: number;
}

/**
 * The passes in which a prefix of `length` tokens is read, from the one that token `from` belongs to. A product of another
 * shape adds in another order, and in int8 the last bit of a sum may carry an activation over a rounding boundary, and so change an
 * answer. So a token is always read in the same pass: with the same number of rows, at the same place, with the same room for
 * what stands before it. Long blocks read a long prefix fast; behind them come short ones, for the block of a token that was
 * typed is read again.
 */
export function prefixBlocks(from: number, length: number): PrefixBlock[] {
  const far = farLength(length);
  const blocks: PrefixBlock[] = [];
  let start = from < far ? from - (from % FAR) : from - (from % NEAR);
  while (from < length && start < length) {
    const rows = start < far ? FAR : NEAR;
    blocks.push({ start, rows, room: start < far ? start : roomOf(length) });
    start += rows;
  }
  return blocks;
}

/**
 * How many of a prefix's `length` tokens are in long blocks. The last few never are: they are those that change, and a long block
 * would be read again each time.
 */
export function farLength(length: number): number {
  const steady = Math.max(0, length - NEAR);
  return steady - (steady % FAR);
}

/** How many rows the cache of a prefix of `length` tokens has room for: those of the long blocks, and of as many short ones as there can be. */
export function roomOf(length: number): number {
  return farLength(length) + FAR + NEAR;
}

/** The most rows that the blocks of `length` tokens have, those that stand for nothing included. */
export function paddedLength(length: number): number {
  return Math.ceil(length / NEAR) * NEAR;
}
