import { isMasked, type ViewPosition } from './viewPosition.js';

/** Neighbours that are looked at and changed as one: of most tokens a position by itself. */
export interface Unit {
  /** Positions [start, end). */
  readonly start: number;
  readonly end: number;
  /** What they say together. */
  readonly text: string;
  /** The last of them, which the text stands with. */
  readonly position: ViewPosition;
  readonly isMasked: boolean;
}

/** Where the text ends: the first position that is no part of it. */
export function endOf(canvas: readonly ViewPosition[]): number {
  const end = canvas.findIndex(({ isEnd }) => isEnd);
  return end < 0 ? canvas.length : end;
}

/** What the text consists of, from left to right. */
export function unitsOf(canvas: readonly ViewPosition[]): readonly Unit[] {
  const units: Unit[] = [];
  const length = endOf(canvas);
  for (let start = 0; start < length;) {
    const first = canvas[start];
    let end = start + 1;
    while (end < length && canvas[end]?.group === first?.group) end++;
    const positions = canvas.slice(start, end);
    const position = positions.at(-1);
    if (position === undefined) break;
    const text = positions.map((each) => each.text).join('');
    units.push({ start, end, text, position, isMasked: isMasked(position) });
    start = end;
  }
  return units;
}

/** The positions of all units that [start, end) touches. */
export function widened(
  canvas: readonly ViewPosition[],
  start: number,
  end: number,
): { readonly start: number; readonly end: number } {
  const touched = unitsOf(canvas).filter((unit) => unit.end > start && unit.start < end);
  return { start: touched[0]?.start ?? start, end: touched.at(-1)?.end ?? start };
}

/** The canvas with [start, end) replaced; each new position is a group by itself. */
export function spliced(
  canvas: readonly ViewPosition[],
  start: number,
  end: number,
  inserted: readonly ViewPosition[],
): readonly ViewPosition[] {
  const moved = start + inserted.length - end;
  return [
    ...canvas.slice(0, start),
    ...inserted.map((position, i) => ({ ...position, group: start + i })),
    ...canvas.slice(end).map((position) => (moved === 0 ? position : { ...position, group: position.group + moved })),
  ];
}
