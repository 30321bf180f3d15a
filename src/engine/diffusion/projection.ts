/** Brings a canvas back to what is known about it. Applied after the commits of every step; changes `canvas` in place. */
export type Projection = (canvas: CanvasTokens) => void;

/** Token ids by position, the mask id where unknown. `offset` positions of the first canvas have left it on the left. */
export interface CanvasTokens {
  readonly ids: number[];
  readonly offset: number;
  /** Puts ids, or none, in the place of one position. */
  replace(position: number, ids: readonly number[]): void;
}

/** Runs projections in their order: a later one has the last word. */
export function allOf(...projections: readonly Projection[]): Projection {
  return (canvas) => projections.forEach((project) => project(canvas));
}

/** The middle ends at the first `<eom>`: everything right of it becomes `<eom>`. */
export function closeAtEnd(endOfMiddle: number): Projection {
  return ({ ids }) => {
    const end = ids.indexOf(endOfMiddle);
    if (end >= 0) ids.fill(endOfMiddle, end);
  };
}

/** The middle ends after the first token for which `isLast` holds: everything right of it becomes `<eom>`. */
export function closeAfter(
  isLast: (id: number, position: number) => boolean,
  mask: number,
  endOfMiddle: number,
): Projection {
  return ({ ids, offset }) => {
    const last = ids.findIndex((id, i) => id !== mask && id !== endOfMiddle && isLast(id, offset + i));
    if (last >= 0) ids.fill(endOfMiddle, last + 1);
  };
}

/** Pinned tokens, by position on the first canvas, are what they were whatever was committed. */
export function restorePinned(pinned: ReadonlyMap<number, number>): Projection {
  return ({ ids, offset }) => {
    for (const [position, id] of pinned) {
      if (position >= offset) ids[position - offset] = id;
    }
  };
}

/**
 * DreamOn's length control (its tokens for it): an `expand` token becomes two masks, a `remove` token leaves. So a middle grows and
 * shrinks where it has to.
 */
export function resize(expand: number, remove: number | undefined, mask: number): Projection {
  return (canvas) => {
    for (let i = canvas.ids.length - 1; i >= 0; i--) {
      if (canvas.ids[i] === expand) canvas.replace(i, [mask, mask]);
      else if (canvas.ids[i] === remove) canvas.replace(i, []);
    }
  };
}
