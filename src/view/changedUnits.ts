import type { Unit } from './units.js';

/**
 * The units, by index, that are not as they were in the selection: those that the longest common subsequence of both leaves out. What is
 * masked says nothing yet, and is not among them.
 */
export function changedUnits(units: readonly Unit[], original: readonly string[]): ReadonlySet<number> {
  const settled = units.flatMap((unit, index) => (unit.isMasked ? [] : [{ text: unit.text, index }]));
  const texts = settled.map(({ text }) => text);
  let start = 0;
  while (start < texts.length && start < original.length && texts[start] === original[start]) start++;
  let tail = 0;
  const most = Math.min(texts.length, original.length) - start;
  while (tail < most && texts.at(-1 - tail) === original.at(-1 - tail)) tail++;
  const kept = commonSubsequence(
    texts.slice(start, texts.length - tail),
    original.slice(start, original.length - tail),
  );
  const changed = settled.slice(start, settled.length - tail).filter((_, i) => !kept.has(i));
  return new Set(changed.map(({ index }) => index));
}

/** Indices of `left` that a longest common subsequence has. */
function commonSubsequence(left: readonly string[], right: readonly string[]): ReadonlySet<number> {
  const width = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i * width + j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const kept = new Set<number>();
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    if (left[i] === right[j]) {
      kept.add(i++);
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return kept;
}
