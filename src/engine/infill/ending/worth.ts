import type { Candidate } from '../../../shared/outcome.js';
import type { Calibration } from '../../contract/recommended.js';

/** What looking at a text costs, see `Calibration`. */
export type LookCosts = NonNullable<Calibration['look']>;

/**
 * The keys that showing a text is expected to save: the characters that it writes where all of them are right, less what a look
 * costs, and a wrong one more. UTF-16 units; negative where people are better off without it. The chance alone prefers texts that say
 * nothing, since the less a text says, the likelier it may stay.
 *
 * @param chance that the text is right as far as it goes, 0..1.
 */
export function worthOf(text: string, chance: number, { any, wrong }: LookCosts): number {
  return chance * text.length - any - (1 - chance) * wrong;
}

/** A candidate with its worth; as it is where the model does not say what a look costs. */
export function withWorth(candidate: Candidate, look: LookCosts): Candidate & { readonly worth: number };
export function withWorth(candidate: Candidate, look: LookCosts | undefined): Candidate;
export function withWorth(candidate: Candidate, look: LookCosts | undefined): Candidate {
  return look ? { ...candidate, worth: worthOf(candidate.text, candidate.confidence, look) } : candidate;
}
