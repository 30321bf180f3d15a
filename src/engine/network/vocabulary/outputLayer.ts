import { toPrediction, type Distribution } from '../output/distribution.js';
import type { FirstRow, HeadAnswer, HeadRow, HeadRunner } from './headRunner.js';
import type { LogitStatistics } from '../output/statistics.js';
import type { CanvasQuery, Prediction } from '../../contract/model.js';

/** What a kind of model makes of the head's rows. */
export interface RowReadings {
  readonly endOfMiddle: number;
  /** The distribution of a canvas's row. */
  denoiser(row: HeadRow): Distribution;
  /** That of a row that predicts the next token. */
  encoder(row: HeadRow): Distribution;
  /** The first position's: both rows mixed. `mixture` = what `HeadRequest.firsts` asks for, all ids but `<mask>` and `<eom>`. */
  first(mixture: LogitStatistics, denoiser: HeadRow, encoder: HeadRow | undefined, options: FirstOptions): Distribution;
}

export interface FirstOptions {
  /** Weight of `encoder`, 0..1. */
  readonly mix: number;
  readonly endAllowed: boolean;
}

/** A canvas that was asked something, with the hidden states [D] that answer it, both normed. */
export interface CanvasStates {
  readonly query: CanvasQuery;
  /** The canvas's row that predicts the `index`-th asked position. */
  denoiserRow(index: number): Float32Array;
  /** The row at the last context token that predicts the next one; the same array as `denoiserRow(0)` where that one is it. */
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
  readings: RowReadings,
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
      if (position > 0) return toPrediction(position, readings.denoiser(row));
      return firstPrediction(plan, answer, readings, mix);
    }),
  );
}

function planFirst(state: CanvasStates, mix: number, rows: Float32Array[], firsts: FirstRow[]): Plan {
  const { query } = state;
  if (query.positions[0] !== 0) return { query, rows: [], encoder: undefined, first: undefined };
  const denoiserRow = state.denoiserRow(0);
  const denoiser = rows.push(denoiserRow) - 1;
  const encoderRow = mix > 0 || query.wantEncoder === true ? state.encoderRow() : undefined;
  const isOne = encoderRow === denoiserRow;
  const other = encoderRow === undefined || isOne ? undefined : rows.push(encoderRow) - 1;
  const plan = { query, rows: [denoiser], encoder: isOne ? denoiser : other };
  if ((mix === 0 || isOne) && query.allowedFirst === undefined) return { ...plan, first: undefined };
  // With mix 0 the second row counts for nothing, but it has to be one.
  const first = firsts.push({ denoiser, encoder: other ?? denoiser, allowed: query.allowedFirst }) - 1;
  return { ...plan, first };
}

function firstPrediction(plan: Plan, answer: HeadAnswer, readings: RowReadings, mix: number): Prediction {
  const denoiser = answer.rows[plan.rows[0]!]!;
  const encoder = plan.encoder === undefined ? undefined : answer.rows[plan.encoder]!;
  let distribution: Distribution;
  if (plan.first === undefined) {
    distribution = readings.denoiser(denoiser);
  } else {
    const endAllowed = plan.query.allowedFirst?.includes(readings.endOfMiddle) ?? true;
    distribution = readings.first(answer.firsts[plan.first]!, denoiser, encoder, { mix, endAllowed });
  }
  const wanted = encoder !== undefined && plan.query.wantEncoder === true;
  return toPrediction(0, distribution, wanted ? readings.encoder(encoder) : undefined);
}
