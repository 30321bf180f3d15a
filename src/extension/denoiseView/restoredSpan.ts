import type { ViewedSpan } from './viewedText.js';

/** Where a view from before a reload was about, and what stood there. */
export interface RestoredSpan extends ViewedSpan {
  readonly text: string;
}

/**
 * The place in what a page has kept.
 *
 * @param kept whatever VS Code hands back; a page of another version may have written it
 */
export function restoredSpan(kept: unknown): RestoredSpan | undefined {
  const place = member(member(kept, 'state'), 'place');
  const where = member(place, 'where');
  const [uri, start, end] = [member(where, 'uri'), member(where, 'start'), member(where, 'end')];
  const text = member(where, 'text');
  const isWhole =
    typeof uri === 'string' && Number.isSafeInteger(start) && Number.isSafeInteger(end) && typeof text === 'string';
  return isWhole ? { uri, start: start as number, end: end as number, text } : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
