/** Tokens of a long, a middling and a short block; each is a multiple of the next. */
const FAR = 128;
const MIDDLING = 32;
const NEAR = 8;
/** Rows from the first short block on that the cache has room for: the short blocks, and what a request appends, as a rule. */
const NEAR_ROOM = 2 * MIDDLING;

/** Tokens that are read in one pass. */
export interface PrefixBlock {
  readonly start: number;
  /** Rows of the pass; where the prefix ends inside the block, the last of them stand for nothing. */
  readonly rows: number;
  /** How many rows the cache has room for in that pass. */
  readonly room: number;
}

/** How a prefix is divided: its tokens before `far` are in long blocks, those before `near` in middling ones, the others in short ones. */
export interface PrefixDivision {
  readonly far: number;
  readonly near: number;
}

/**
 * The passes in which a prefix of `length` tokens is read, from the one that token `from` belongs to. A product of another
 * shape adds in another order, and in int8 the last bit of a sum may carry an activation over a rounding boundary, and so change an
 * answer. So a token is always read in the same pass: with the same number of rows, at the same place, with the same room for
 * what stands before it. Long blocks read a long prefix fast, since all weights pass through memory once in each pass; behind them
 * come shorter ones, for the block of a token that was typed is read again.
 */
export function prefixBlocks(from: number, length: number): PrefixBlock[] {
  const division = prefixDivision(length);
  const blocks: PrefixBlock[] = [];
  let start = from - (from % rowsAt(from, division));
  while (from < length && start < length) {
    const rows = rowsAt(start, division);
    blocks.push({ start, rows, room: start < division.near ? start : roomOf(length) });
    start += rows;
  }
  return blocks;
}

/**
 * How a prefix of `length` tokens is divided. Its last few are always in short blocks: they are those that change, and a longer block
 * would be read again each time.
 */
export function prefixDivision(length: number): PrefixDivision {
  const steady = Math.max(0, length - NEAR);
  return { far: steady - (steady % FAR), near: steady - (steady % MIDDLING) };
}

/** How many leading tokens are in the same blocks in both divisions. */
export function sharedDivision(a: PrefixDivision, b: PrefixDivision): number {
  if (a.far !== b.far) return Math.min(a.far, b.far);
  return a.near === b.near ? Infinity : Math.min(a.near, b.near);
}

/** How many rows the cache of a prefix of `length` tokens has room for. */
export function roomOf(length: number): number {
  return prefixDivision(length).near + NEAR_ROOM;
}

/** The most rows that the blocks of `length` tokens have, those that stand for nothing included. */
export function paddedLength(length: number): number {
  return Math.ceil(length / NEAR) * NEAR;
}

function rowsAt(token: number, { far, near }: PrefixDivision): number {
  if (token < far) return FAR;
  return token < near ? MIDDLING : NEAR;
}
