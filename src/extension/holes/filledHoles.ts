import type { DenoisedChange, InfillOutcome, NoneReason } from '../../shared/outcome.js';

/** What came of filling several places. */
export interface FilledHoles {
  /** Each an insertion at one of the places. */
  readonly changes: readonly DenoisedChange[];
  readonly empty: readonly EmptyHole[];
}

/** A place for which there is no text. */
export interface EmptyHole {
  readonly offset: number;
  readonly reason: NoneReason;
  readonly detail: string;
}

/** @param offsets of the places, ascending, one for each of the outcomes */
export function filledHoles(offsets: readonly number[], outcomes: readonly InfillOutcome[]): FilledHoles {
  const changes: DenoisedChange[] = [];
  const empty: EmptyHole[] = [];
  for (const [index, offset] of offsets.entries()) {
    const outcome = outcomes[index];
    // Who asked gets the text that the model is in doubt about too.
    const best = outcome?.kind === 'infill' ? outcome.candidates[0] : outcome?.doubtful;
    if (best !== undefined && best.text !== '') {
      const { text, confidence } = best;
      changes.push({ span: { start: offset, end: offset }, before: '', text, confidence });
    } else {
      const { reason, detail } = outcome?.kind === 'none' ? outcome : { reason: 'empty' as const, detail: '' };
      empty.push({ offset, reason, detail });
    }
  }
  return { changes, empty };
}
