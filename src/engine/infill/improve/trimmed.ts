import type { Span } from '../../../shared/infillRequest.js';
import type { TextChange } from '../../../shared/textChange.js';

/** A change without what stays the same at both its ends, whole words and characters. `old` is what `change` replaces. */
export function trimmed(change: TextChange, old: string): TextChange {
  const { span, text } = change;
  const most = Math.min(old.length, text.length);
  let start = 0;
  while (start < most && old[start] === text[start]) start++;
  start = wholeBefore(old, text, start);
  let end = 0;
  while (end < most - start && old.at(-1 - end) === text.at(-1 - end)) end++;
  end = wholeBehind(old, text, end);
  const inner: Span = { start: span.start + start, end: span.end - end };
  return { span: inner, text: text.slice(start, text.length - end) };
}

/** An offset at or before `at` that no word and no character of either text goes across. */
function wholeBefore(a: string, b: string, at: number): number {
  let start = at;
  const splits = (text: string): boolean => isInside(text[start - 1], text[start]);
  while (start > 0 && (splits(a) || splits(b))) start--;
  return start;
}

/** The same from the end. */
function wholeBehind(a: string, b: string, at: number): number {
  let end = at;
  const splits = (text: string): boolean => isInside(text.at(-1 - end), end === 0 ? undefined : text.at(-end));
  while (end > 0 && (splits(a) || splits(b))) end--;
  return end;
}

/** Whether two neighbours, UTF-16 units, belong to one word, one character or one line end. */
function isInside(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (/[\uD800-\uDBFF]/u.test(left) && /[\uDC00-\uDFFF]/u.test(right)) return true;
  return /[\p{L}\p{N}\p{M}_]/u.test(left) && /[\p{L}\p{N}\p{M}_]/u.test(right);
}
