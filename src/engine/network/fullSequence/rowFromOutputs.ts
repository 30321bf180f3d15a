import { TOP_K } from '../output/addStatistics.js';
import type { Prediction } from '../../contract/model.js';

export interface OutputRowOptions {
  /** Ids that are never predicted: the mask's among them. */
  readonly neverChosen: readonly number[];
  /** Only these ids may stand here. */
  readonly allowed?: readonly number[] | undefined;
  /** For score networks: the token that stands there now, and what is subtracted from all others' outputs. */
  readonly score?: { readonly current: number; readonly shift: number } | undefined;
  readonly wantDistribution: boolean;
}

/**
 * The prediction of one row from all its outputs [V].
 *
 * Ids, log-probabilities and entropy are those of the softmax over all ids but those that are never chosen. For a score network this is p(clean token)
 * as well where the token is masked, because all its scores are p times one factor (SEDD, arXiv 2310.16834, section 3.3); under
 * uniform noise it is the distribution of the noisy token given the others, the current token with score 1 among them.
 */
export function rowFromOutputs(position: number, outputs: Float32Array, options: OutputRowOptions): Prediction {
  const { neverChosen, allowed, score } = options;
  const values = Float64Array.from(outputs);
  if (score !== undefined) {
    for (let id = 0; id < values.length; id++) values[id] = values[id]! - score.shift;
    values[score.current] = 0;
  }
  const ruledOut = new Uint8Array(values.length);
  if (allowed !== undefined) {
    ruledOut.fill(1);
    for (const id of allowed) ruledOut[id] = 0;
  }
  for (const id of neverChosen) ruledOut[id] = 1;

  let largest = -Infinity;
  for (let id = 0; id < values.length; id++) if (ruledOut[id] === 0) largest = Math.max(largest, values[id]!);
  if (largest === -Infinity) {
    const nothing = { position, ids: [], logProbs: [], entropy: 0 };
    return options.wantDistribution
      ? { ...nothing, distribution: new Float32Array(values.length).fill(-Infinity) }
      : nothing;
  }
  let sum = 0;
  let weighted = 0;
  for (let id = 0; id < values.length; id++) {
    if (ruledOut[id] !== 0) continue;
    const weight = Math.exp(values[id]! - largest);
    sum += weight;
    weighted += weight * values[id]!;
  }
  const logSum = largest + Math.log(sum);
  const ids = topIds(values, ruledOut);
  const prediction = {
    position,
    ids,
    logProbs: ids.map((id) => values[id]! - logSum),
    entropy: Math.max(0, logSum - weighted / sum),
    ...(score === undefined ? {} : { logScoreSum: logSum }),
  };
  if (!options.wantDistribution) return prediction;
  const distribution = Float32Array.from(values, (value, id) =>
    ruledOut[id] !== 0 && id !== score?.current ? -Infinity : score === undefined ? value - logSum : value,
  );
  return { ...prediction, distribution };
}

/** The ids of the largest values, largest first; among equals the lower id. */
function topIds(values: Float64Array, ruledOut: Uint8Array): number[] {
  const best: number[] = [];
  for (let id = 0; id < values.length; id++) {
    if (ruledOut[id] !== 0) continue;
    if (best.length === TOP_K && values[id]! <= values[best[TOP_K - 1]!]!) continue;
    let at = best.length;
    while (at > 0 && values[id]! > values[best[at - 1]!]!) at -= 1;
    best.splice(at, 0, id);
    if (best.length > TOP_K) best.pop();
  }
  return best;
}
