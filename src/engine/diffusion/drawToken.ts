import type { RowPrediction } from '../contract/model.js';
import { drawIndex } from './drawIndex.js';
import type { Commit, SamplerState } from './sampler.js';
import type { ChoiceOptions } from './tokenChoice.js';
import { tokenDistribution } from './tokenDistribution.js';

/** A token for a position, and how sure the position is of it. */
export interface DrawnToken {
  readonly commit: Commit;
  /** Index of the token in `judged`. */
  readonly chosen: number;
  /** The probabilities that confidence is computed from: what is sampled from, or at temperature 0 the model's own. */
  readonly judged: readonly number[];
}

/** Takes the most likely token at temperature 0; else draws one number. */
export function drawToken(row: RowPrediction, state: SamplerState, options: ChoiceOptions): DrawnToken {
  const { ids, probabilities, confidences } = tokenDistribution(row, state, options);
  const isGreedy = state.temperature === 0;
  const chosen = isGreedy ? 0 : drawIndex(probabilities, state.random);
  return {
    commit: { position: row.position, id: ids[chosen]!, confidence: confidences[chosen]! },
    chosen,
    judged: isGreedy ? confidences : probabilities,
  };
}
