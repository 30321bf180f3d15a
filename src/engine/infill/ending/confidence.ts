import type { Calibration } from '../../contract/recommended.js';
import type { Candidate } from '../../../shared/outcome.js';

/** Shares nearer to 0 or 1 than this say no more. */
const SUREST = 0.001;

/**
 * How often a text with such probabilities is right as far as it goes (everything written can stay), 0..1: a logistic function
 * of the tokens' joint log-probability and of the chosen end's share, fitted on held-out holes (Platt scaling). Tokens are
 * seldom independent and networks are too sure of themselves, so no mean of probabilities says it.
 *
 * @param probabilities of the text's tokens.
 * @param share of its end among all ends, or of all ends that are no nearer; undefined where ends were not compared.
 */
export function calibratedConfidence(
  { joint, end, constant }: Calibration,
  probabilities: readonly number[],
  share: number | undefined,
): number {
  const bounded = Math.min(Math.max(share ?? 0.5, SUREST), 1 - SUREST);
  return 1 / (1 + Math.exp(-(constant + joint * logJointOf(probabilities) + end * Math.log(bounded / (1 - bounded)))));
}

/** Log-probability of tokens together, nats, as if nothing but those before it decided each. */
export function logJointOf(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, probability) => sum + Math.log(probability), 0);
}

/** A candidate with its calibrated confidence, or as it is where the model is not calibrated. */
export function confident(
  candidate: Candidate,
  calibration: Calibration | undefined,
  share: number | undefined,
): Candidate {
  if (!calibration) return candidate;
  const probabilities = candidate.tokens.map(({ confidence }) => confidence);
  return { ...candidate, confidence: calibratedConfidence(calibration, probabilities, share) };
}
