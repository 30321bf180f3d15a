import { endOf, spliced, unitsOf, widened } from './units.js';
import { chosenPosition, isHalf, isMasked, maskedPosition, typedPosition, type ViewPosition } from './viewPosition.js';
import type { ViewAction } from './viewAction.js';
import type { Selection } from './viewState.js';

/** Probability, 0..1, below which a token counts as unsure. */
export const UNSURE = 0.2;

/** A change to a canvas. */
export type CanvasEdit = Extract<
  ViewAction,
  { readonly type: 'choose' | 'mask' | 'maskUnpinned' | 'maskUnsure' | 'pin' | 'insertMask' | 'remove' | 'typeOver' }
>;

/** What an edit makes of a canvas, and what is selected then. */
export interface Edited {
  readonly canvas: readonly ViewPosition[];
  readonly selection: Selection;
}

type Canvas = readonly ViewPosition[];

/**
 * Changes the selected positions [start, end) of a canvas; start is its end where only that is selected.
 *
 * @returns undefined where that changes nothing
 */
export function editedCanvas(canvas: Canvas, start: number, end: number, edit: CanvasEdit): Edited | undefined {
  const at = (position: number): Selection => ({ anchor: position, focus: position });
  const all: Selection = { anchor: start, focus: Math.max(start, end - 1) };
  switch (edit.type) {
    case 'mask':
      if (start === end) return end < canvas.length ? { canvas: withoutEnd(canvas), selection: at(start) } : undefined;
      return changed(canvas, masked(canvas, start, end), all);
    case 'maskUnpinned':
      return changed(canvas, masked(canvas, 0, endOf(canvas), 1), all);
    case 'maskUnsure':
      return changed(canvas, masked(canvas, 0, endOf(canvas), UNSURE), all);
    case 'pin':
      return changed(canvas, withPins(canvas, start, end), all);
    case 'insertMask':
      // At the end the keyboard stays there, so that the same key adds another one.
      return {
        canvas: spliced(canvas, start, start, [maskedPosition()]),
        selection: at(start === end ? start + 1 : start),
      };
    case 'remove':
      return start === end ? undefined : { canvas: spliced(canvas, start, end, []), selection: at(start) };
    case 'typeOver': {
      const text = edit.text.replaceAll('\r\n', '\n');
      if (text === '')
        return start === end ? undefined : { canvas: spliced(canvas, start, end, []), selection: at(start) };
      if (unitsOf(canvas.slice(start, end)).length === 1 && canvas[end - 1]?.text === text) return undefined;
      return {
        canvas: spliced(canvas, start, end, [typedPosition(text)]),
        selection: at(start === end ? start + 1 : start),
      };
    }
    case 'choose': {
      if (edit.alternative.isEnd) {
        return { canvas: spliced(canvas, start, end, [chosenPosition(edit.alternative)]), selection: at(start) };
      }
      const unit = widened(canvas, start, start + 1);
      // Half a character needs the rest of it.
      const rest = isHalf(edit.alternative.text) ? Math.max(1, unit.end - unit.start - 1) : 0;
      const masks = Array.from({ length: rest }, maskedPosition);
      const positions = [chosenPosition(edit.alternative), ...masks];
      return { canvas: spliced(canvas, unit.start, unit.end, positions), selection: at(unit.start) };
    }
  }
}

/** Whether all of [start, end) that could be pinned is. */
export function arePinned(canvas: Canvas, start: number, end: number): boolean {
  const settled = canvas.slice(start, end).filter((position) => !isMasked(position));
  return settled.length > 0 && settled.every(({ isPinned }) => isPinned);
}

function changed(before: Canvas, after: Canvas, selection: Selection): Edited | undefined {
  return before.length === after.length && before.every((position, i) => position === after[i])
    ? undefined
    : { canvas: after, selection };
}

/** @param below what is pinned, and what is as sure as that, stays; absent = nothing does */
function masked(canvas: Canvas, start: number, end: number, below?: number): Canvas {
  return unitsOf(canvas).reduce<Canvas>((result, unit) => {
    const isIn = unit.start < end && unit.end > start;
    const { isPinned, confidence } = unit.position;
    const stays = below !== undefined && (isPinned || (below < 1 && confidence >= below));
    if (!isIn || unit.isMasked || stays) return result;
    const masks = Array.from({ length: unit.end - unit.start }, maskedPosition);
    return spliced(result, unit.start, unit.end, masks);
  }, canvas);
}

/** The model may go on where the text ended. */
function withoutEnd(canvas: Canvas): Canvas {
  const end = endOf(canvas);
  return spliced(canvas, end, canvas.length, Array.from({ length: canvas.length - end }, maskedPosition));
}

function withPins(canvas: Canvas, start: number, end: number): Canvas {
  const isPinned = !arePinned(canvas, start, end);
  return canvas.map((position, at) =>
    at >= start && at < end && !isMasked(position) && position.isPinned !== isPinned
      ? { ...position, isPinned }
      : position,
  );
}
