import type { LogitStatistics } from './statistics.js';
import type { Prediction } from '../../contract/model.js';
import { RULED_OUT } from './addStatistics.js';

/** How many ids a prediction lists. */
const LISTED = 16;

export interface Distribution {
  readonly ids: readonly number[];
  readonly logProbs: readonly number[];
  /** nats */
  readonly entropy: number;
  /** Where the head told all logits: natural-log probabilities of all ids, -Infinity where ruled out. */
  readonly distribution?: Float32Array;
}

/** The softmax over all ids but those that were ruled out. */
export function plainDistribution(row: LogitStatistics): Distribution {
  return withExtra(row, 0, []);
}

export function toPrediction(position: number, distribution: Distribution, encoder?: Distribution): Prediction {
  if (encoder === undefined) return { position, ...distribution };
  return { position, ...distribution, encoder: { ids: encoder.ids, logProbs: encoder.logProbs } };
}

/** The softmax over `row`'s ids, their logits moved by `shift`, together with some further ids. */
export function withExtra(
  row: LogitStatistics,
  shift: number,
  extra: readonly { readonly id: number; readonly logit: number }[],
): Distribution {
  if (row.ids.length + extra.length === 0) return { ids: [], logProbs: [], entropy: 0 };
  const others = row.ids.length > 0 ? row.logSum + shift : -Infinity;
  const total = logAdd([others, ...extra.map(({ logit }) => logit)]);
  const listed = row.ids.map((id, index) => ({ id, logit: row.logits[index]! + shift }));
  const best = [...listed, ...extra].sort((a, b) => b.logit - a.logit || a.id - b.id).slice(0, LISTED);
  // Entropy = total - sum of p * logit.
  let mean = row.ids.length > 0 ? Math.exp(others - total) * (row.expected + shift) : 0;
  for (const { logit } of extra) mean += Math.exp(logit - total) * logit;
  return {
    ids: best.map(({ id }) => id),
    logProbs: best.map(({ logit }) => logit - total),
    entropy: Math.max(0, total - mean),
    ...(row.all ? { distribution: fullDistributionOf(row.all, shift - total, extra, total) } : {}),
  };
}

function fullDistributionOf(
  logits: Float32Array,
  shift: number,
  extra: readonly { readonly id: number; readonly logit: number }[],
  total: number,
): Float32Array {
  const full = logits.map((logit) => (logit > RULED_OUT / 1000 ? logit + shift : -Infinity));
  for (const { id, logit } of extra) full[id] = logit - total;
  return full;
}

/** log(sum(exp(values))) */
export function logAdd(values: readonly number[]): number {
  const largest = Math.max(...values);
  if (largest === -Infinity) return -Infinity;
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
