import { LogLinearSchedule } from '../../diffusion/schedules/logLinearSchedule.js';
import { type InfillModel, networkOf, type Prediction } from '../../contract/model.js';
import type { RunRecord } from '../run/runRecord.js';

/** Token ids before, in and after a selection, however many. */
export interface ScoredText {
  readonly before: readonly number[];
  readonly ids: readonly number[];
  readonly after: readonly number[];
}

const SCHEDULE = new LogLinearSchedule();

/**
 * Log-probability (nats) that a denoiser gives each of `ids` where it stands, with nothing masked: what path planning goes by when
 * the network is its own planner (P2, arXiv 2502.03540). It sees the token it is asked about and thinks well of most;
 * what counts is the order. One pass for each canvas of ids.
 * @param model without an encoder, so nothing is mixed in.
 * @param strength the share of the tokens that is taken for noise: the time that networks are told that ask for one.
 */
export async function networkScores(
  { before, ids, after }: ScoredText,
  strength: number,
  model: InfillModel,
  record: RunRecord,
): Promise<number[]> {
  const { limits } = model.manifest;
  const isScore = networkOf(model.manifest).parameterization === 'score';
  const noise = { t: strength, sigma: SCHEDULE.sigma(strength) };
  const scores: number[] = [];
  for (let start = 0; start < ids.length; start += limits.canvas) {
    const canvas = ids.slice(start, start + limits.canvas);
    const prefix = [...before, ...ids.slice(0, start)].slice(-limits.prefix);
    const suffix = [...ids.slice(start + canvas.length), ...after].slice(0, limits.suffix);
    const context = await model.openContext(prefix, suffix);
    record.contextOpened(context);
    const positions = canvas.map((_, position) => position);
    const [rows] = await context.predict([{ canvas, positions, wantDistribution: true, noise }], 0);
    scores.push(...canvas.map((id, position) => (isScore ? stays(rows![position]!) : logProb(rows![position]!, id))));
  }
  return scores;
}

/** -Infinity for an id that the network's output does not have. */
function logProb({ distribution }: Prediction, id: number): number {
  return distribution?.[id] ?? -Infinity;
}

/** The token that stands there has score 1 (SEDD, arXiv 2310.16834): its share of all scores. */
function stays({ logScoreSum }: Prediction): number {
  return -logScoreSum!;
}
