import type { HolesRequest } from '../../../shared/infillRequest.js';
import { contextRoom } from '../../contract/contextRoom.js';
import type { InfillModel } from '../../contract/model.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { contextWindow } from './contextWindow.js';
import { UNITS_PER_TOKEN } from './suffixAfter.js';

/** UTF-16 units that a hole has before it at least, where the document has as many. */
const LEAST_BEFORE = 200;
/** Tokens that are left free for what is written in each other hole. */
const FREE_EACH = 24;

/** What of a document is read for a hole, besides what stands around it. */
export interface Reach {
  /** Where its prefix begins, or the text that its window is cut from: in this part of the request, behind so many UTF-16 units. */
  readonly part: number;
  readonly offset: number;
  /** Text of which the preamble is made. */
  readonly ahead: string;
}

/**
 * What is read for each of several holes: the same start of the prefix, and the same preamble, for holes that are near each other, so that what is read of one
 * is the start of what is read of the next. A hole's prefix is never less than `LEAST_BEFORE` because of others. Where a longer window than usual
 * reaches more holes, it is taken.
 *
 * @param preamble most tokens of the lines after the last of them that are read before the prefix.
 */
export function sharedReach(
  { parts, document }: Pick<HolesRequest, 'parts' | 'document'>,
  preamble: number,
  { model, tokenizer }: { readonly model: Pick<InfillModel, 'manifest'>; readonly tokenizer: Tokenizer },
): readonly Reach[] {
  const count = parts.length - 1;
  const room = contextRoom(model.manifest.limits).prefix - preamble;
  const ends = parts.slice(0, count).map((_, i) => parts.slice(0, i + 1).reduce((sum, part) => sum + part.length, 0));
  const text = parts.join('');
  const reaches: Reach[] = [];
  let last = count - 1;
  while (last >= 0) {
    const before = text.slice(0, ends[last]);
    const free = Math.max(0, room - FREE_EACH * last);
    const firstOf = (start: number): number =>
      ends.findIndex((end) => end - start >= (start === 0 ? 0 : LEAST_BEFORE) || end === before.length);
    const usual = contextWindow({ ...document, prefix: before, prefixOffset: 0, suffix: '' }, tokenizer, free).start;
    // Where the usual window reaches all of them, no other is looked for.
    const farthest = firstOf(usual) > 0 ? farthestStart(before, free, tokenizer) : usual;
    const start = firstOf(farthest) < firstOf(usual) ? farthest : usual;
    const first = firstOf(start);
    const part = ends.findIndex((end) => start < end);
    const begin = first < last && start > 0 ? { part, offset: start - (ends[part - 1] ?? 0) } : { part: 0, offset: 0 };
    const reach = { ...begin, ahead: text.slice(ends[last]) };
    for (; last >= first; last--) reaches.unshift(reach);
  }
  return reaches;
}

/** The first line's start behind which `before` has at most so many tokens; its end where no line has. */
function farthestStart(before: string, limit: number, tokenizer: Tokenizer): number {
  const starts = [...before.matchAll(/^/gmu)]
    .map(({ index }) => index)
    .filter((at) => before.length - at <= limit * UNITS_PER_TOKEN);
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokenizer.encode(before.slice(starts[middle])).length <= limit) high = middle;
    else low = middle + 1;
  }
  return starts[low] ?? before.length;
}
