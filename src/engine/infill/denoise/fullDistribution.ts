import type { NetworkKind, Prediction } from '../../contract/model.js';

/** Probability that the ids left out of a row may have together: less than single precision errs by. */
const NEGLIGIBLE = 1e-6;
/** Of what a nucleus leaves out, the part that a row may leave out before the rules that shape it. */
const NUCLEUS_PART = 1e-3;
/** Width of a bin of log-probabilities, and the lowest that counts, below the most likely; nats. */
const BIN = 0.125;
const BINS = 320;
/** More than any id. */
const ID_RANGE = 2 ** 20;

/**
 * A row that lists its full distribution, likeliest first, but for a tail of negligible weight: there are 50000 ids, most
 * of which nothing will ever draw. Scores become parts of their sum, which the row then states.
 * @param current the token that stands there: an outcome of its own kind, so never left out, unless it is the mask.
 * @param mask id of the mask, which is no outcome.
 * @param sampling the temperature and the nucleus that the row will be sampled with.
 */
export function fullDistribution(
  row: Prediction,
  current: number,
  mask: number,
  sampling: { readonly temperature: number; readonly topP: number },
  { parameterization }: NetworkKind,
): Prediction {
  const logs = row.distribution;
  if (!logs) return row;
  const { temperature, topP } = sampling;
  let peak = -Infinity;
  for (let id = 0; id < logs.length; id++) if (id !== mask && logs[id]! > peak) peak = logs[id]!;
  const sharpness = temperature > 0 ? 1 / temperature : 1;
  const sampled = new Float64Array(BINS);
  const binOf = (log: number): number => Math.min(BINS - 1, Math.floor((peak - log) / BIN));
  let total = 0;
  for (let id = 0; id < logs.length; id++) {
    const log = logs[id]!;
    if (id === mask || log === -Infinity) continue;
    const mass = Math.exp(log - peak);
    total += mass;
    sampled[binOf(log)]! += sharpness === 1 ? mass : Math.exp((log - peak) * sharpness);
  }
  const whole = sampled.reduce((sum, mass) => sum + mass, 0);
  const negligible = whole * Math.max(NEGLIGIBLE, (1 - topP) * NUCLEUS_PART);
  let last = BINS - 1;
  for (let tail = sampled[last]!; last > 0 && tail <= negligible; tail += sampled[--last]!);
  const isKept = (log: number, id: number): boolean =>
    id !== mask && log > -Infinity && (binOf(log) <= last || id === current);
  const ids = likeliestFirst(logs, isKept);
  const logTotal = peak + Math.log(total);
  const logProbs = ids.map((id) => logs[id]! - logTotal);
  const isScore = parameterization === 'score';
  return {
    position: row.position,
    ids,
    logProbs,
    entropy: isScore ? entropyOf(logProbs) : row.entropy,
    ...(isScore ? { logScoreSum: logTotal } : {}),
    ...(row.encoder ? { encoder: row.encoder } : {}),
  };
}

/** The ids to keep, largest value first, then by id. Sorts numbers that hold both: comparing pairs takes ten times as long. */
function likeliestFirst(logs: Float32Array, isKept: (log: number, id: number) => boolean): number[] {
  const bits = new Int32Array(logs.buffer, logs.byteOffset, logs.length);
  const keys = new Float64Array(logs.length);
  let count = 0;
  for (let id = 0; id < logs.length; id++) {
    if (!isKept(logs[id]!, id)) continue;
    // The bits of floats are in their order as integers of 31 bits with a sign. The largest is to come first.
    const rank = bits[id]! >= 0 ? -bits[id]! : bits[id]! & 0x7fffffff;
    keys[count++] = rank * ID_RANGE + id;
  }
  const ids: number[] = [];
  for (const key of keys.subarray(0, count).sort()) ids.push(((key % ID_RANGE) + ID_RANGE) % ID_RANGE);
  return ids;
}

function entropyOf(logProbs: readonly number[]): number {
  return logProbs.reduce((sum, log) => sum - Math.exp(log) * log, 0);
}
