import { denoiserDistribution, encoderDistribution, firstDistribution } from './distribution.js';
import { toPrediction, type Distribution } from '../output/distribution.js';
import type { FirstRow, HeadAnswer, HeadRunner } from './headRunner.js';
import type { EncoderDenoiserManifest } from '../folder/manifest.js';
import type { CanvasQuery, Prediction } from '../../contract/model.js';

/** A canvas that was asked something, with the hidden states [D] that answer it, both normed. */
export interface CanvasStates {
  readonly query: CanvasQuery;
  /** The denoiser's row that predicts the `index`-th asked position. */
  denoiserRow(index: number): Float32Array;
  /** The encoder's row at the last context token. */
  encoderRow(): Float32Array;
}

/** Where a canvas's rows are in the head's answer. */
interface Plan {
  readonly query: CanvasQuery;
  /** For each asked position the index of its row. */
  readonly rows: number[];
  readonly encoder: number | undefined;
  /** Index of the mixture, where the first position is mixed or restricted. */
  readonly first: number | undefined;
}

/** Turns hidden states into predictions: one pass through the head for all canvases. Answers in their order. */
export async function outputLayer(
  head: HeadRunner,
  tokens: EncoderDenoiserManifest['tokens'],
  states: readonly CanvasStates[],
  mix: number,
): Promise<Prediction[][]> {
  const rows: Float32Array[] = [];
  const firsts: FirstRow[] = [];
  // First positions go first: the head takes many rows in parts, and mixes within the first part only.
  const plans = states.map((state) => planFirst(state, mix, rows, firsts));
  plans.forEach((plan, index) => {
    plan.query.positions.forEach((position, i) => {
      if (position > 0) plan.rows.push(rows.push(states[index]!.denoiserRow(i)) - 1);
    });
  });
  const all = states.some(({ query }) => query.wantDistribution === true);
  const answer = await head.run({ rows, firsts, mix, all });
  return plans.map((plan) =>
    plan.query.positions.map((position, index) => {
      const row = answer.rows[plan.rows[index]!]!;
      if (position > 0) return toPrediction(position, denoiserDistribution(row, tokens.endOfMiddle));
      return firstPrediction(plan, answer, tokens, mix);
    }),
  );
}

function planFirst(state: CanvasStates, mix: number, rows: Float32Array[], firsts: FirstRow[]): Plan {
  const { query } = state;
  if (query.positions[0] !== 0) return { query, rows: [], encoder: undefined, first: undefined };
  const denoiser = rows.push(state.denoiserRow(0)) - 1;
  const encoder = mix > 0 || query.wantEncoder === true ? rows.push(state.encoderRow()) - 1 : undefined;
  if (mix === 0 && query.allowedFirst === undefined) return { query, rows: [denoiser], encoder, first: undefined };
  // With mix 0 the second row counts for nothing, but it has to be one.
  const first = firsts.push({ denoiser, encoder: encoder ?? denoiser, allowed: query.allowedFirst }) - 1;
  return { query, rows: [denoiser], encoder, first };
}

function firstPrediction(
  plan: Plan,
  answer: HeadAnswer,
  tokens: EncoderDenoiserManifest['tokens'],
  mix: number,
): Prediction {
  const { mask, endOfMiddle } = tokens;
  const denoiser = answer.rows[plan.rows[0]!]!;
  const encoder = plan.encoder === undefined ? undefined : answer.rows[plan.encoder]!;
  let distribution: Distribution;
  if (plan.first === undefined) {
    distribution = denoiserDistribution(denoiser, endOfMiddle);
  } else {
    const endAllowed = plan.query.allowedFirst?.includes(endOfMiddle) ?? true;
    const options = { mix, endOfMiddle, endAllowed };
    distribution = firstDistribution(answer.firsts[plan.first]!, denoiser, encoder, options);
  }
  const wanted = encoder !== undefined && plan.query.wantEncoder === true;
  return toPrediction(0, distribution, wanted ? encoderDistribution(encoder, mask, endOfMiddle) : undefined);
}

/** Root mean square norm (Zhang & Sennrich 2019) of one row [D] with gain `gamma` [D]. */
export function rmsNorm(row: Float32Array, gamma: Float32Array, epsilon: number): Float32Array {
  let squares = 0;
  for (const value of row) squares += value * value;
  const factor = 1 / Math.sqrt(squares / row.length + epsilon);
  return row.map((value, index) => value * factor * gamma[index]!);
}
