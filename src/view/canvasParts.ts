import type { CanvasPart } from '../shared/infillRequest.js';
import { endOf } from './units.js';
import { isMasked, type ViewPosition } from './viewPosition.js';

/**
 * As `partsOf`, for a canvas that began as a text. Where something is to be filled in and there is no end yet, there is a mask more: a model
 * writes the end as well, and would write it in the last place that is left.
 */
export function partsWithEnd(canvas: readonly ViewPosition[]): readonly CanvasPart[] {
  const known = partsOf(canvas);
  const hasEnd = canvas.some(({ isEnd }) => isEnd);
  return hasEnd || !hasMasks(canvas) ? known : [...known, { kind: 'mask' }];
}

/** The canvas as a request brings it along. Nothing is sent of what stands behind the end. */
export function partsOf(canvas: readonly ViewPosition[]): readonly CanvasPart[] {
  return canvas.slice(0, endOf(canvas) + 1).map((position): CanvasPart => {
    const { id, text, isPinned, confidence, from } = position;
    const known = { ...(isPinned ? { isPinned } : {}), ...(from ? { from } : {}) };
    if (isMasked(position)) return { kind: 'mask' };
    if (id !== null) return { kind: 'token', id, confidence, ...known };
    return { kind: 'text', text, ...(confidence === 1 ? {} : { confidence }), ...known };
  });
}

/** What is put into the document: the text up to its end. What is masked is no part of it. */
export function textOf(canvas: readonly ViewPosition[]): string {
  return canvas
    .slice(0, endOf(canvas))
    .map(({ text }) => text)
    .join('');
}

/** Whether there is something to fill in. */
export function hasMasks(canvas: readonly ViewPosition[]): boolean {
  return canvas.slice(0, endOf(canvas)).some(isMasked);
}
