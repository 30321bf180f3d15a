import type { TextUnit } from '../../tokenizer/textUnits.js';

/** A stretch of a selection that is denoised as one canvas. */
export interface SelectionWindow {
  /** Half-open range of unit indices; the first and the last are masked. */
  readonly start: number;
  readonly end: number;
  /**
   * Masks after the last unit, so that the text can become longer or shorter, where the selection ends there and the model can
   * say where its text ends. Elsewhere 0: the unit after the last, if there is one, stands at the canvas's end, and masked runs
   * keep their number of tokens.
   */
  readonly slack: number;
}

/** Cuts the masked units of a selection into canvases of at most `limit` tokens. `canEnd`: whether the model has an end token. */
export function selectionWindows(
  units: readonly Pick<TextUnit, 'ids'>[],
  masked: readonly boolean[],
  limit: number,
  canEnd: boolean,
): SelectionWindow[] {
  const windows: SelectionWindow[] = [];
  for (let start = masked.indexOf(true); start >= 0; start = masked.indexOf(true, windows.at(-1)!.end)) {
    windows.push(windowFrom(start, units, masked, limit, canEnd));
  }
  return windows;
}

function windowFrom(
  start: number,
  units: readonly Pick<TextUnit, 'ids'>[],
  masked: readonly boolean[],
  limit: number,
  canEnd: boolean,
): SelectionWindow {
  const most = limit - Math.ceil(limit / 4); // what remains is for slack, or the unit after the last
  let reach = start + 1;
  let tokens = units[start]!.ids.length;
  while (reach < units.length && tokens + units[reach]!.ids.length <= most) tokens += units[reach++]!.ids.length;
  const end = masked.lastIndexOf(true, reach - 1) + 1;
  if (end < units.length || !canEnd) return { start, end, slack: 0 };
  const run = end - 1 - masked.lastIndexOf(false, end - 1);
  return { start, end, slack: Math.max(1, Math.min(limit - tokens, 4 + Math.ceil(run / 2))) };
}
