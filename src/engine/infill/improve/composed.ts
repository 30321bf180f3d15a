import type { Span } from '../../../shared/infillRequest.js';
import { changedText, madeSpans, type TextChange } from '../../../shared/textChange.js';

/** Changes that came of others. */
export interface ComposedChange<T extends TextChange> extends TextChange {
  /** Those it was made of, in the order in which they were made. */
  readonly parts: readonly T[];
}

/**
 * Changes of a text and then of what it said with them, as changes of the text itself. What touches becomes one.
 *
 * @param first ascending, not overlapping
 * @param second likewise; spans of the text as `first` left it
 */
export function composed<T extends TextChange>(
  text: string,
  first: readonly ComposedChange<T>[],
  second: readonly T[],
): readonly ComposedChange<T>[] {
  const between = changedText(text, first);
  const made = madeSpans(first);
  const clusters = clustersOf([...made, ...second.map(({ span }) => span)]);
  return clusters.map(({ start, end }): ComposedChange<T> => {
    const within = ({ start: a, end: b }: Span): boolean => a >= start && b <= end;
    const later = second.filter(({ span }) => within(span));
    const shifted = later.map((change) => ({ ...change, span: shiftedBy(change.span, -start) }));
    const earlier = first.filter((_, i) => within(made[i]!));
    return {
      span: { start: originOf(start, first, made, 'start'), end: originOf(end, first, made, 'end') },
      text: changedText(between.slice(start, end), shifted),
      parts: [...earlier.flatMap(({ parts }) => parts), ...later],
    };
  });
}

/** An edge of spans in the changed text as an offset into the text; where it is an edge of a change too, it is that change's own. */
function originOf(
  offset: number,
  changes: readonly TextChange[],
  made: readonly Span[],
  side: 'start' | 'end',
): number {
  const edge = made.findIndex((span) => span[side] === offset);
  if (edge >= 0) return changes[edge]!.span[side];
  const before = made.findLastIndex(({ end }) => end < offset);
  return before < 0 ? offset : offset - made[before]!.end + changes[before]!.span.end;
}

/** Spans that touch, as one each; ascending. */
function clustersOf(spans: readonly Span[]): readonly Span[] {
  const clusters: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = clusters.at(-1);
    if (last !== undefined && span.start <= last.end)
      clusters[clusters.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else clusters.push(span);
  }
  return clusters;
}

function shiftedBy({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
