import type { RowPrediction } from '../contract/model.js';
import { sampleCategorical } from './sampleCategorical.js';
import type { Commit, SamplerState } from './sampler.js';
import { withoutIds } from './withoutIds.js';

/** A token for a position, and how uncertain the position is. */
export interface TokenChoice extends Commit {
  /** nats, of the model's distribution. */
  readonly entropy: number;
}

export interface ChoiceOptions {
  /** Nucleus: sample among the smallest set of tokens with this total probability. */
  readonly topP: number;
  readonly endOfMiddle: number;
}

/** Takes the most likely token at temperature 0; else draws one number. Never the mask. */
export function chooseToken(row: RowPrediction, state: SamplerState, options: ChoiceOptions): TokenChoice {
  const allowed = allowedRow(row, state, options.endOfMiddle);
  const chosen = sampleCategorical(allowed.logProbs, state.temperature, options.topP, state.random);
  return {
    position: row.position,
    id: allowed.ids[chosen]!,
    confidence: Math.exp(allowed.logProbs[chosen]!),
    entropy: row.entropy,
  };
}

/** Without the mask, which is no token, and without `<eom>` left of what is kept; the others make up the whole. */
export function allowedRow(row: RowPrediction, state: SamplerState, endOfMiddle: number): RowPrediction {
  const endIsOut = row.position < state.endAllowedFrom;
  return withoutIds(row, (id) => id === state.mask || (endIsOut && id === endOfMiddle));
}
