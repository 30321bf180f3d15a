import type { Prediction } from '../../contract/model.js';
import type { Canvas } from './canvas.js';

/** What the loop goes by at a position: the model's prediction, changed by rules. */
export interface RuledPrediction extends Prediction {
  /** Whether a rule ends the middle here because the model has no likely token; absent = no. */
  readonly givesUp?: boolean;
}

/** Changes what the model predicted by what is known besides it. `rows` are a canvas's asked positions, ascending. */
export type Rule = (rows: readonly RuledPrediction[], canvas: Canvas) => readonly RuledPrediction[];
