import type { Prediction } from '../../contract/model.js';
import type { Canvas } from './canvas.js';

/** Changes what the model predicted by what is known besides it. `rows` are a canvas's asked positions, ascending. */
export type Rule = (rows: readonly Prediction[], canvas: Canvas) => readonly Prediction[];
