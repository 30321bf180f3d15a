import type { Span } from '../../shared/infillRequest.js';
import type { DenoisedChange } from '../../shared/outcome.js';

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
    return textWith(this.original, this.left);
  }

  /** Where the text of a change stands in `text`. */
  spanInText(index: number): Span {
    const { span, text } = this.at(index);
    const start = span.start + growth(this.left.slice(0, index));
    return { start, end: start + text.length };
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
    const change = this.at(index);
    const by = growth([change]);
    const moved = this.left.slice(index + 1).map(({ span, ...other }) => ({
      ...other,
      span: { start: span.start + by, end: span.end + by },
    }));
    return new ProposedChanges(textWith(this.original, [change]), [...this.left.slice(0, index), ...moved]);
  }

  /** This one is no longer proposed. */
  discard(index: number): ProposedChanges {
    return new ProposedChanges(this.original, this.left.toSpliced(index, 1));
  }

  private at(index: number): DenoisedChange {
    const change = this.left[index];
    if (change === undefined) {
      throw new RangeError(`There is no change ${index} among ${this.left.length}.`);
    }
    return change;
  }
}

function textWith(original: string, changes: readonly DenoisedChange[]): string {
  let made = '';
  let from = 0;
  for (const { span, text } of changes) {
    made += original.slice(from, span.start) + text;
    from = span.end;
  }
  return made + original.slice(from);
}

/** By how many units changes make a text longer. */
function growth(changes: readonly DenoisedChange[]): number {
  return changes.reduce((sum, { span, text }) => sum + text.length - (span.end - span.start), 0);
}
