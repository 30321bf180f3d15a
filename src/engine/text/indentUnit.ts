import type { TextContext } from '../../shared/infillRequest.js';
import { mayOpenBlock } from './blockOpeners.js';
import { toLineFeeds } from './lineEnds.js';
import { indentOf, isBlank } from './lines.js';

/** UTF-16 units looked at on each side. */
const REACH = 12_000;
/** Spaces that one level has. */
const LEAST_SPACES = 2;
const MOST_SPACES = 8;
/** What stands further in behind it may be aligned by other rules. */
const LIST = /[([]\s*$/u;

/**
 * One level of indentation at a place: as the blocks around it are indented, else as the text on both sides is, else as the block that
 * the cursor's line begins, else as the editor says (`indentUnit`), which may know nothing of the file.
 */
export function indentUnitAt({
  prefix,
  suffix,
  languageId,
  indentUnit,
}: Pick<TextContext, 'prefix' | 'suffix' | 'languageId' | 'indentUnit'>): string {
  const above = toLineFeeds(prefix.slice(-REACH)).split('\n');
  const below = toLineFeeds(suffix.slice(0, REACH)).split('\n');
  const line = above.pop() ?? '';
  below.shift();
  if (prefix.length > REACH) above.shift(); // it is cut
  const lines = above.filter((each) => !isBlank(each));
  return (
    stepOfBlocks(lines, languageId) ??
    commonStep([...lines, ...below]) ??
    stepOfBlocks([...lines, `${line}.`], languageId) ??
    indentUnit
  );
}

/** The step of the innermost block around the last line whose first line is known. */
function stepOfBlocks(lines: readonly string[], languageId: string): string | undefined {
  let inner = indentOf(lines.at(-1) ?? '');
  for (const line of lines.toReversed()) {
    const outer = indentOf(line);
    if (outer.length >= inner.length) continue;
    const step = stepOf(outer, inner);
    if (step !== undefined && !LIST.test(line) && mayOpenBlock(line, languageId)) return step;
    inner = outer;
  }
  return undefined;
}

/** The most frequent step from one line to the next. */
function commonStep(lines: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  let outer = '';
  for (const line of lines) {
    if (isBlank(line)) continue;
    const inner = indentOf(line);
    const step = stepOf(outer, inner);
    if (step !== undefined) counts.set(step, (counts.get(step) ?? 0) + 1);
    outer = inner;
  }
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best?.[0];
}

/** What `inner` has more than `outer`; undefined where that is no level. */
function stepOf(outer: string, inner: string): string | undefined {
  if (inner.length <= outer.length || !inner.startsWith(outer)) return undefined;
  const step = inner.slice(outer.length);
  if (/^\t+$/u.test(step)) return '\t';
  return /^ +$/u.test(step) && step.length >= LEAST_SPACES && step.length <= MOST_SPACES ? step : undefined;
}
