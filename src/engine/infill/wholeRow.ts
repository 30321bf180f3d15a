import type { NetworkKind, RowPrediction } from '../model/modelContract.js';

/** Probability that the ids left out of a row may have together: less than single precision errs by. */
const NEGLIGIBLE = 1e-6;
/** Width of a bin of log-probabilities, and the lowest that counts, below the most likely; nats. */
const BIN = 0.125;
const DEEPEST = 40;

/**
 * A row that lists its whole distribution, likeliest first, but for a tail of negligible weight: there are 50000 ids, most
 * of which nothing will ever draw. Scores become parts of their sum, which the row then states.
 * @param current the token that stands there: an outcome of its own kind, so never left out, unless it is the mask.
 * @param mask id of the mask, which is no outcome.
 */
export function wholeRow(
  row: RowPrediction,
  current: number,
  mask: number,
  { parameterization }: NetworkKind,
): RowPrediction {
  const logs = row.distribution;
  if (!logs) return row;
  const peak = logs.reduce((most, log, id) => (id !== mask && log > most ? log : most), -Infinity);
  const bins = new Float64Array(DEEPEST / BIN + 1);
  const binOf = (log: number): number => Math.min(bins.length - 1, Math.floor((peak - log) / BIN));
  for (const [id, log] of logs.entries()) if (id !== mask && log > -Infinity) bins[binOf(log)]! += Math.exp(log - peak);
  const total = bins.reduce((sum, mass) => sum + mass, 0);
  let last = bins.length - 1;
  for (let tail = bins[last]!; last > 0 && tail <= NEGLIGIBLE * total; tail += bins[--last]!);
  const kept: number[] = [];
  for (const [id, log] of logs.entries()) {
    if (id !== mask && log > -Infinity && (binOf(log) <= last || id === current)) kept.push(id);
  }
  kept.sort((a, b) => logs[b]! - logs[a]! || a - b);
  const logTotal = peak + Math.log(total);
  const isScore = parameterization === 'score';
  const logProbs = kept.map((id) => logs[id]! - logTotal);
  return {
    position: row.position,
    ids: kept,
    logProbs,
    entropy: isScore ? entropyOf(logProbs) : row.entropy,
    ...(isScore ? { logScoreSum: logTotal } : {}),
    ...(row.encoder ? { encoder: row.encoder } : {}),
  };
}

function entropyOf(logProbs: readonly number[]): number {
  return logProbs.reduce((sum, log) => sum - Math.exp(log) * log, 0);
}
