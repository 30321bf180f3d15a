import type { RowPrediction } from '../model/modelContract.js';

/** The prediction with one id ruled out: the other candidates make up the whole. The entropy stays the model's. */
export function withoutId(row: RowPrediction, id: number): RowPrediction {
  const at = row.ids.indexOf(id);
  if (at < 0) return row;
  const ids = row.ids.filter((_, i) => i !== at);
  const logProbs = row.logProbs.filter((_, i) => i !== at);
  const total = Math.log(logProbs.reduce((sum, logProb) => sum + Math.exp(logProb), 0));
  return { ...row, ids, logProbs: logProbs.map((logProb) => logProb - total) };
}
