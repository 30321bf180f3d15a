import type { Span } from '../../shared/infillRequest.js';
import type { DenoisedChange } from '../../shared/outcome.js';
import { changedText, madeSpans } from '../../shared/textChange.js';
import type { ReviewedCursor } from './denoiseTask.js';

/**
 * The changes of a proposal about which nobody has decided yet, and the text that they are changes of. Each decision gives another
 * one: what is accepted becomes part of `original`, and the spans of the others move along.
 */
export class ProposedChanges {
  /**
   * @param original the selection, with what was accepted already
   * @param left ascending, none touching another; spans are offsets into `original`
   */
  constructor(
    readonly original: string,
    readonly left: readonly DenoisedChange[],
  ) {}

  /** The selection with all that are left. */
  get text(): string {
    return changedText(this.original, this.left);
  }

  /** Where the text of a change stands in `text`. */
  spanInText(index: number): Span {
    return known(madeSpans(this.left)[index], index);
  }

  /** The change at an offset into `original` or into `text`, or else the nearest one; 0 where none is left. */
  nearest(offset: number, side: 'original' | 'text'): number {
    const distances = this.left.map(({ span }, index) => {
      const { start, end } = side === 'original' ? span : this.spanInText(index);
      return Math.max(start - offset, offset - end, 0);
    });
    return Math.max(0, distances.indexOf(Math.min(...distances)));
  }

  /** This one is made, the others wait. */
  accept(index: number): ProposedChanges {
    const change = known(this.left[index], index);
    const by = growth([change]);
    const moved = this.left.slice(index + 1).map(({ span, ...other }) => ({
      ...other,
      span: { start: span.start + by, end: span.end + by },
    }));
    return new ProposedChanges(changedText(this.original, [change]), [...this.left.slice(0, index), ...moved]);
  }

  /** This one is no longer proposed. */
  discard(index: number): ProposedChanges {
    return new ProposedChanges(this.original, this.left.toSpliced(index, 1));
  }
}

/** Cursors as they stand once changes are made, of which each has a cursor's place or none of them. */
export function cursorsAfter(
  cursors: readonly ReviewedCursor[],
  made: readonly DenoisedChange[],
): readonly ReviewedCursor[] {
  return cursors.map(({ offset, isFilled }) => ({
    offset: offset + growth(made.filter(({ span }) => span.end <= offset)),
    isFilled: isFilled || made.some(({ span }) => span.start === offset),
  }));
}

/** @throws RangeError where there is no such change. */
function known<T>(change: T | undefined, index: number): T {
  if (change === undefined) throw new RangeError(`There is no change ${index}.`);
  return change;
}

/** By how many units changes make a text longer. */
function growth(changes: readonly DenoisedChange[]): number {
  return changes.reduce((sum, { span, text }) => sum + text.length - (span.end - span.start), 0);
}
