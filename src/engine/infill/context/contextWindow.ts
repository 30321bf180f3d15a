import type { TextContext } from '../../../shared/infillRequest.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { characterBoundary } from '../../text/characterBoundary.js';
import { toLineFeeds } from '../../text/lineEnds.js';

/** The part of the document before the cursor that the model sees. Line ends are `\n`. */
export interface ContextWindow {
  readonly prefix: string;
  readonly prefixIds: readonly number[];
  /** Where it begins in the document, UTF-16 units. */
  readonly start: number;
}

/**
 * The window's left edge stands on a grid over the document, in UTF-16 units. The coarsest grid whose window fills half
 * of the token limit is taken: coarse ones move the edge rarely, fine ones are for text with many tokens per character
 * (Chinese, emoji, digits).
 */
const GRIDS = [512, 128, 32, 8];
/**
 * Units before the cursor that are looked at, whatever they are: source code has 3 to 4 per token. Well under the 8000
 * that callers send when there are so many, so that the edge never depends on how much they sent.
 */
const REACH = 5120;

/**
 * Cuts the window before the cursor. A pure function of the text around the cursor and its place in the document: the
 * same request has the same window whatever came before, and typing does not move the left edge until the limit is
 * reached (cached keys and values stay valid), and then by a whole cell of the grid.
 *
 * @param limit most tokens, without the start token.
 */
export function contextWindow(context: TextContext, tokenizer: Tokenizer, limit: number): ContextWindow {
  const windowFrom = (anchor: number): ContextWindow => {
    const prefix = toLineFeeds(context.prefix.slice(anchor));
    return { prefix, prefixIds: tokenizer.encode(prefix), start: context.prefixOffset + anchor };
  };
  for (const cell of GRIDS) {
    const anchors = anchorsOnGrid(context, cell);
    const first = firstFitting(anchors, (anchor) => windowFrom(anchor).prefixIds.length <= limit);
    if (first === undefined) continue;
    const window = windowFrom(first);
    if (first === anchors[0] || window.prefixIds.length * 2 >= limit) return window;
  }
  // A handful of characters with more tokens than the limit: only in the tiny models of tests.
  const last = windowFrom(Math.max(0, context.prefix.length - REACH));
  return { ...last, prefixIds: limit > 0 ? last.prefixIds.slice(-limit) : [] };
}

/** Offsets into the prefix where a window may begin, ascending: one for every cell of the grid within reach. */
function anchorsOnGrid({ prefix, prefixOffset }: TextContext, cell: number): number[] {
  const cursor = prefixOffset + prefix.length;
  // A caller who sent too little of a long document gets a window over all of it.
  const anchors = prefixOffset > 0 && prefix.length < REACH ? [0] : [];
  for (let at = Math.max(0, Math.ceil((cursor - REACH) / cell)) * cell; at < cursor; at += cell) {
    const start = at - prefixOffset;
    if (at === 0) anchors.push(0);
    else if (start > 0) anchors.push(lineStartWithin(prefix, start, cell) ?? characterBoundary(prefix, start));
  }
  return anchors;
}

/** The first line start in the cell, unless the cursor stands there: its window would be empty. */
function lineStartWithin(prefix: string, start: number, cell: number): number | undefined {
  const lineFeed = prefix.slice(start - 1, start - 1 + cell).indexOf('\n');
  const lineStart = start + lineFeed;
  return lineFeed >= 0 && lineStart < prefix.length ? lineStart : undefined;
}

/** The first of `ascending` that fits; those after one that fits do as well. */
function firstFitting(ascending: readonly number[], fits: (value: number) => boolean): number | undefined {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(ascending[middle]!)) high = middle;
    else low = middle + 1;
  }
  return ascending[low];
}
