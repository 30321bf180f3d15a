import { RULED_OUT } from './graph/headGraph.js';
import type { RowPrediction } from '../../contract/model.js';
import type { HeadRow, LogitStatistics } from './headRunner.js';

/** How many ids a prediction lists. */
const LISTED = 16;
/** p(<eom>) is clamped below 1 before what is left is spread over the other ids. */
const SURE = 0.999;

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

/** The denoiser's distribution: all ids, `<eom>` by its own logit, never `<mask>`. */
export function denoiserDistribution(row: HeadRow, endOfMiddle: number): Distribution {
  return withExtra(row, 0, [{ id: endOfMiddle, logit: row.end }]);
}

/** The encoder's own distribution: an ordinary language model over the whole vocabulary. */
export function encoderDistribution(row: HeadRow, mask: number, endOfMiddle: number): Distribution {
  const [maskLogit, endLogit] = row.controls;
  return withExtra(row, 0, [
    { id: mask, logit: maskLogit },
    { id: endOfMiddle, logit: endLogit },
  ]);
}

/**
 * The first position: log p = (1 - mix) log p_denoiser + mix (log p_encoder + log(1 - p_denoiser(<eom>))) for every id but
 * `<eom>`, whose log p is the denoiser's; then restricted to the allowed ids, and renormalised.
 * `mixture` = the mixed and restricted logits of all other ids, which differ from these log p by a constant only.
 */
export function firstDistribution(
  mixture: LogitStatistics,
  denoiser: HeadRow,
  encoder: HeadRow | undefined,
  options: { readonly mix: number; readonly endOfMiddle: number; readonly endAllowed: boolean },
): Distribution {
  const { mix, endOfMiddle, endAllowed } = options;
  const denoiserSum = logAdd([denoiser.logSum, denoiser.end]);
  const end = denoiser.end - denoiserSum;
  let shift = -(1 - mix) * denoiserSum;
  if (encoder !== undefined && mix > 0) {
    const notEnd = Math.log1p(-Math.min(Math.exp(end), SURE));
    shift += mix * (notEnd - logAdd([encoder.logSum, ...encoder.controls]));
  }
  return withExtra(mixture, shift, endAllowed ? [{ id: endOfMiddle, logit: end }] : []);
}

/** Log-probability of id `target`, whose logit the head was asked for, in the encoder's own distribution. */
export function encoderLogProb(row: HeadRow, target: number, mask: number, endOfMiddle: number): number {
  const [maskLogit, endLogit] = row.controls;
  const logit = target === mask ? maskLogit : target === endOfMiddle ? endLogit : row.target;
  return logit - logAdd([row.logSum, maskLogit, endLogit]);
}

export function toPrediction(position: number, distribution: Distribution, encoder?: Distribution): RowPrediction {
  if (encoder === undefined) return { position, ...distribution };
  return { position, ...distribution, encoder: { ids: encoder.ids, logProbs: encoder.logProbs } };
}

/** The softmax over `row`'s ids, their logits moved by `shift`, together with some further ids. */
function withExtra(
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
    ...(row.all ? { distribution: wholeDistribution(row.all, shift - total, extra, total) } : {}),
  };
}

function wholeDistribution(
  logits: Float32Array,
  shift: number,
  extra: readonly { readonly id: number; readonly logit: number }[],
  total: number,
): Float32Array {
  const whole = logits.map((logit) => (logit > RULED_OUT / 1000 ? logit + shift : -Infinity));
  for (const { id, logit } of extra) whole[id] = logit - total;
  return whole;
}

/** log(sum(exp(values))) */
function logAdd(values: readonly number[]): number {
  const largest = Math.max(...values);
  if (largest === -Infinity) return -Infinity;
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
