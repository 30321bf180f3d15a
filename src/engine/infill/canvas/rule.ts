import type { RowPrediction } from '../../contract/model.js';
import type { Lane } from './canvas.js';

/** Changes what the model predicted by what is known besides it. `rows` are a lane's asked positions, ascending. */
export type Refinement = (rows: readonly RowPrediction[], lane: Lane) => readonly RowPrediction[];
